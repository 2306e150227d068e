#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

// Finds the window's web view and guards it; a window that is held keeps the whole
// screen. Safe from any thread, once.
void guard_web_view(gboolean hold_window);

// Ends the page's process, which loads the page again. Safe from any thread.
void restart_web_view(void);
