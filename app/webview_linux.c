//go:build production || dev

#include "webview_linux.h"
#include "_cgo_export.h"

static const char *page = "wails://wails/";
static WebKitWebView *view;

static void find(GtkWidget *widget, gpointer unused)
{
	if (WEBKIT_IS_WEB_VIEW(widget))
		view = WEBKIT_WEB_VIEW(widget);
	else if (GTK_IS_CONTAINER(widget))
		gtk_container_foreach(GTK_CONTAINER(widget), find, NULL);
}

static void on_terminated(WebKitWebView *v, WebKitWebProcessTerminationReason reason, gpointer unused)
{
	webProcessEnded((int)reason);
	webkit_web_view_load_uri(v, page);
}

// The page may load itself and nothing else; it may not save anything either.
static gboolean on_policy(WebKitWebView *v, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer unused)
{
	if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE) {
		WebKitResponsePolicyDecision *response = WEBKIT_RESPONSE_POLICY_DECISION(decision);
		if (webkit_response_policy_decision_is_mime_type_supported(response))
			return FALSE;
	} else {
		WebKitNavigationPolicyDecision *navigation = WEBKIT_NAVIGATION_POLICY_DECISION(decision);
		WebKitNavigationAction *action = webkit_navigation_policy_decision_get_navigation_action(navigation);
		const char *uri = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
		if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && g_str_has_prefix(uri, page))
			return FALSE;
	}
	webkit_policy_decision_ignore(decision);
	navigationRefused();
	return TRUE;
}

static gboolean on_permission(WebKitWebView *v, WebKitPermissionRequest *request, gpointer unused)
{
	webkit_permission_request_deny(request);
	return TRUE;
}

static gboolean on_file_chooser(WebKitWebView *v, WebKitFileChooserRequest *request, gpointer unused)
{
	webkit_file_chooser_request_cancel(request);
	return TRUE;
}

// Alerts and the print dialog would stand over the kiosk: treat them as done.
static gboolean on_script_dialog(WebKitWebView *v, WebKitScriptDialog *dialog, gpointer unused)
{
	return TRUE;
}

static gboolean on_print(WebKitWebView *v, WebKitPrintOperation *operation, gpointer unused)
{
	return TRUE;
}

static gboolean guard(gpointer unused)
{
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next)
		find(GTK_WIDGET(w->data), NULL);
	g_list_free(windows);
	if (view != NULL) {
		g_signal_connect(view, "web-process-terminated", G_CALLBACK(on_terminated), NULL);
		g_signal_connect(view, "decide-policy", G_CALLBACK(on_policy), NULL);
		g_signal_connect(view, "permission-request", G_CALLBACK(on_permission), NULL);
		g_signal_connect(view, "run-file-chooser", G_CALLBACK(on_file_chooser), NULL);
		g_signal_connect(view, "script-dialog", G_CALLBACK(on_script_dialog), NULL);
		g_signal_connect(view, "print", G_CALLBACK(on_print), NULL);
	}
	webViewGuarded(view != NULL);
	return G_SOURCE_REMOVE;
}

static gboolean restart(gpointer unused)
{
	if (view != NULL)
		webkit_web_view_terminate_web_process(view);
	return G_SOURCE_REMOVE;
}

void guard_web_view(void) { g_idle_add(guard, NULL); }
void restart_web_view(void) { g_idle_add(restart, NULL); }
