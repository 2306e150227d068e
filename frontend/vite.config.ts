import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Only what the program itself carries may run. The server of the page may add
// a stricter header; this one also holds where there is no server at all.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

// The development server needs inline styles for hot reload, so the policy is
// written into built pages only.
function lockPages(): Plugin {
  return {
    name: "lianxin-content-security-policy",
    apply: "build",
    transformIndexHtml: (_html, { path }) => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy + (path.endsWith("desk.html") ? "; frame-src 'self'" : "") }, // the preview of a kiosk
        injectTo: "head-prepend",
      },
    ],
  };
}

export default defineConfig({
  // Relative, because a window serves the page from its own scheme.
  base: "./",
  plugins: [vue(), lockPages()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    // Messages are interpreted from their syntax tree: no code is made at run time.
    __INTLIFY_JIT_COMPILATION__: "true",
    __INTLIFY_PROD_DEVTOOLS__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __VUE_I18N_FULL_INSTALL__: "false",
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The charts of the page on gifts, which a desk loads when it shows one: 174 kB on the wire.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: {
        kiosk: fileURLToPath(new URL("./index.html", import.meta.url)),
        firstRun: fileURLToPath(new URL("./first-run.html", import.meta.url)),
        gifts: fileURLToPath(new URL("./gifts.html", import.meta.url)),
        preview: fileURLToPath(new URL("./preview.html", import.meta.url)),
        desk: fileURLToPath(new URL("./desk.html", import.meta.url)),
        waitingRoom: fileURLToPath(new URL("./waiting-room.html", import.meta.url)),
        verify: fileURLToPath(new URL("./verify.html", import.meta.url)),
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["./tests/setup.ts"],
    restoreMocks: true,
  },
});
