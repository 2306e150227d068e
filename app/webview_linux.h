#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

// Finds the window's web view and guards it; a window that is held keeps the whole
// screen. Safe from any thread, once.
void guard_web_view(gboolean hold_window);

// Ends the page's process, which loads the page again. Safe from any thread.
void restart_web_view(void);

// Replaces the page's process behind a picture of the page and loads the page at a
// fragment; does nothing while that goes on. Safe from any thread.
void renew_web_view(const char *fragment);

// Shows the new page in place of the picture, and lets it have what was pressed
// meanwhile. Safe from any thread.
void show_web_view(void);
