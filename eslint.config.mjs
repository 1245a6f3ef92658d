// Scripts are served as they are: classic scripts that share one global, `Boidung`.
import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  "array-callback-return": "error",
  complexity: ["error", 20],
  eqeqeq: ["error", "always", { null: "ignore" }],
  "max-depth": ["error", 4],
  "max-len": ["error", { code: 120 }],
  "max-lines": ["error", 400],
  "no-alert": "error",
  "no-console": "error",
  "no-eval": "error",
  "no-implicit-globals": "error",
  "no-implied-eval": "error",
  "no-shadow": "error",
  "no-unused-vars": ["error", { args: "after-used", caughtErrors: "none" }],
  "no-var": "error",
  "prefer-const": "error",
};

export default [
  {
    files: ["static/js/**/*.js", "demo/static/**/*.js"],
    languageOptions: {
      ecmaVersion: 2021,
      sourceType: "script",
      globals: { ...globals.browser, Boidung: "readonly" },
    },
    rules,
  },
  {
    // The demo's own scripts stand for the platform's, which are as old as this.
    files: ["demo/static/**/*.js"],
    rules: { "no-var": "off" },
  },
  {
    files: ["tests/js/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "commonjs", globals: { ...globals.node, ...globals.browser } },
    rules,
  },
];
