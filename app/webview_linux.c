//go:build production || dev

#include "webview_linux.h"
#include <malloc.h>
#include "_cgo_export.h"

static const char *page = "wails://wails/";
static WebKitWebView *view;
static gboolean held;

// While the page's process is replaced between two people, a picture of the page is
// shown in its place, and what is pressed meanwhile waits for the new one.
static cairo_surface_t *curtain;
static GQueue pressed = G_QUEUE_INIT;
static char *begin_at; // address of the new page
enum { LONGEST_MS = 10000, MOST_PRESSED = 256 };

static void find(GtkWidget *widget, gpointer unused)
{
	if (WEBKIT_IS_WEB_VIEW(widget))
		view = WEBKIT_WEB_VIEW(widget);
	else if (GTK_IS_CONTAINER(widget))
		gtk_container_foreach(GTK_CONTAINER(widget), find, NULL);
}

static void on_terminated(WebKitWebView *v, WebKitWebProcessTerminationReason reason, gpointer unused)
{
	webProcessEnded((int)reason, begin_at != NULL);
	webkit_web_view_load_uri(v, begin_at != NULL ? begin_at : page);
	g_clear_pointer(&begin_at, g_free);
}

static gboolean on_draw(GtkWidget *widget, cairo_t *cr, gpointer unused)
{
	if (curtain != NULL) {
		cairo_set_source_surface(cr, curtain, 0, 0);
		cairo_paint(cr);
	}
	return FALSE;
}

static gboolean on_event(GtkWidget *widget, GdkEvent *event, gpointer unused)
{
	if (curtain == NULL)
		return FALSE;
	switch (event->type) {
	case GDK_MOTION_NOTIFY:
		return TRUE;
	case GDK_BUTTON_PRESS:
	case GDK_BUTTON_RELEASE:
	case GDK_TOUCH_BEGIN:
	case GDK_TOUCH_UPDATE:
	case GDK_TOUCH_END:
	case GDK_TOUCH_CANCEL:
	case GDK_KEY_PRESS:
	case GDK_KEY_RELEASE:
		if (g_queue_get_length(&pressed) < MOST_PRESSED)
			g_queue_push_tail(&pressed, gdk_event_copy(event));
		return TRUE;
	default:
		return FALSE;
	}
}

static gboolean lift(gpointer unused)
{
	if (curtain == NULL)
		return G_SOURCE_REMOVE;
	cairo_surface_destroy(curtain);
	curtain = NULL;
	gtk_widget_queue_draw(GTK_WIDGET(view));
	for (GdkEvent *event; (event = g_queue_pop_head(&pressed)) != NULL; gdk_event_free(event))
		gtk_main_do_event(event);
	malloc_trim(0); // what the pictures took, and what passed through here of the last person
	return G_SOURCE_REMOVE;
}

static gboolean lift_at_last(gpointer drawn)
{
	if (curtain == drawn)
		lift(NULL);
	return G_SOURCE_REMOVE;
}

// Another file of the program would be a page without the kiosk's ways back.
static gboolean is_page(const char *uri)
{
	size_t length = strlen(page);
	return strncmp(uri, page, length) == 0 && (uri[length] == '\0' || uri[length] == '#');
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
		if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && is_page(uri))
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

// What the page may ask of the window library: calls and events of ours. The rest
// would hide, resize and move the window, start a browser, or show system dialogs.
static gboolean is_ours(const char *message)
{
	if (message[0] == 'C')
		return strstr(message, "\":wails:") == NULL;
	return message[0] == 'E' || strcmp(message, "runtime:ready") == 0;
}

// Runs before the library's own handler and keeps the handler from hearing the rest.
static gboolean on_message(GSignalInvocationHint *hint, guint count, const GValue *values, gpointer unused)
{
	static gboolean deaf;
	GObject *manager = g_value_get_object(&values[0]);
	gulong handler = g_signal_handler_find(manager, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DETAIL, hint->signal_id, hint->detail, NULL, NULL, NULL);
	char *message = jsc_value_to_string(webkit_javascript_result_get_js_value(g_value_get_boxed(&values[1])));
	gboolean refuse = !is_ours(message);
	g_free(message);
	if (handler != 0 && refuse != deaf) {
		deaf = refuse;
		(refuse ? g_signal_handler_block : g_signal_handler_unblock)(manager, handler);
	}
	if (refuse)
		messageRefused();
	return TRUE;
}

// Takes the screen and the keys again, whoever took them away.
static gboolean hold(gpointer window)
{
	gtk_window_set_keep_above(window, TRUE);
	gtk_window_stick(window);
	gtk_window_fullscreen(window);
	gtk_window_present(window);
	return G_SOURCE_REMOVE;
}

static gboolean on_state(GtkWidget *window, GdkEventWindowState *event, gpointer unused)
{
	if ((event->new_window_state & (GDK_WINDOW_STATE_ICONIFIED | GDK_WINDOW_STATE_WITHDRAWN | GDK_WINDOW_STATE_BELOW)) != 0 ||
	    (event->new_window_state & GDK_WINDOW_STATE_FULLSCREEN) == 0)
		g_idle_add(hold, window);
	return FALSE;
}

static gboolean on_focus_out(GtkWidget *window, GdkEvent *event, gpointer unused)
{
	g_idle_add(hold, window);
	return FALSE;
}

static gboolean guard(gpointer unused)
{
	// The dialog for files would write their names down, and show them to whoever logs in next.
	g_object_set(gtk_settings_get_default(), "gtk-recent-files-enabled", FALSE, NULL);
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
		g_signal_connect(view, "event", G_CALLBACK(on_event), NULL);
		g_signal_connect_after(view, "draw", G_CALLBACK(on_draw), NULL);
		g_signal_add_emission_hook(g_signal_lookup("script-message-received", WEBKIT_TYPE_USER_CONTENT_MANAGER),
			g_quark_from_static_string("external"), on_message, NULL, NULL);
		GtkWidget *window = gtk_widget_get_toplevel(GTK_WIDGET(view));
		if (held) {
			g_signal_connect(window, "window-state-event", G_CALLBACK(on_state), NULL);
			g_signal_connect(window, "focus-out-event", G_CALLBACK(on_focus_out), NULL);
			hold(window);
		}
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

// The picture is the page's own, so that it shows what the page shows now, and not what
// has reached the screen so far.
static void on_picture(GObject *object, GAsyncResult *result, gpointer address)
{
	GError *error = NULL;
	cairo_surface_t *picture = webkit_web_view_get_snapshot_finish(view, result, &error);
	if (picture == NULL || curtain != NULL) { // it is dying by itself, or being replaced already
		g_clear_error(&error);
		g_clear_pointer(&picture, cairo_surface_destroy);
		g_free(address);
		return;
	}
	double scale = gtk_widget_get_scale_factor(GTK_WIDGET(view));
	if (cairo_surface_get_type(picture) == CAIRO_SURFACE_TYPE_IMAGE)
		scale = (double)cairo_image_surface_get_width(picture) / gtk_widget_get_allocated_width(GTK_WIDGET(view));
	cairo_surface_set_device_scale(picture, scale, scale);
	curtain = picture;
	gtk_widget_queue_draw(GTK_WIDGET(view));
	g_timeout_add(LONGEST_MS, lift_at_last, curtain);
	g_free(begin_at);
	begin_at = address;
	restart(NULL);
}

static gboolean renew(gpointer address)
{
	if (view == NULL || curtain != NULL)
		g_free(address);
	else
		webkit_web_view_get_snapshot(view, WEBKIT_SNAPSHOT_REGION_VISIBLE, WEBKIT_SNAPSHOT_OPTIONS_NONE, NULL, on_picture, address);
	return G_SOURCE_REMOVE;
}

void guard_web_view(gboolean hold_window)
{
	held = hold_window;
	g_idle_add(guard, NULL);
}

void restart_web_view(void) { g_idle_add(restart, NULL); }

void renew_web_view(const char *fragment) { g_idle_add(renew, g_strconcat(page, "#", fragment, NULL)); }

void show_web_view(void) { g_idle_add(lift, NULL); }
