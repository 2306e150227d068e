#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

// Finds the window's web view and guards it. Safe from any thread.
void guard_web_view(void);

// Ends the page's process, which loads the page again. Safe from any thread.
void restart_web_view(void);
