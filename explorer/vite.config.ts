import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Puts pictures and fonts that a style sheet holds as `data:` addresses into files: the pages load from their own origin alone. */
function heldInFiles(): Plugin {
  const held = /url\((["']?)data:([\w+/-]+)((?:;[^,"')]*)?),((?:(?!\1\)).)*?)\1\)/g;
  return {
    name: "held-in-files",
    enforce: "post",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        file.source = String(file.source).replace(held, (_whole, _quote, kind, options, data) => {
          const bytes = options.includes("base64")
            ? Buffer.from(data, "base64")
            : Buffer.from(decodeURIComponent(data.replace(/\\(["'])/g, "$1")));
          const name = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
          const fileName = `assets/held-${name}.${kind.split("/")[1].split("+")[0]}`;
          if (!bundle[fileName]) this.emitFile({ type: "asset", fileName, source: bytes });
          return `url("/explorer/${fileName}")`;
        });
      }
    },
  };
}

/** Writes each larger text compressed beside it, so that the gateway need not. */
function packed(): Plugin {
  return {
    name: "packed",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          const source = file.type === "chunk" ? file.code : file.source;
          if (!/\.(js|css|svg|ttf)$/.test(file.fileName) || source.length < 1024) continue;
          this.emitFile({ type: "asset", fileName: `${file.fileName}.gz`, source: gzipSync(source, { level: 9 }) });
        }
      },
    },
  };
}

export default defineConfig({
  base: "/explorer/",
  plugins: [heldInFiles(), packed()],
  worker: { format: "es" },
  build: {
    outDir: process.env["SITE"] ?? "../gateway/site",
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 8192,
    reportCompressedSize: false,
    rolldownOptions: {
      // of the libraries: all of it is for a client
      onLog: (level, log, handler) => (log.code === "MODULE_LEVEL_DIRECTIVE" ? undefined : handler(level, log)),
    },
    license: { fileName: "licenses.md" },
  },
});
