import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import compat from "eslint-plugin-compat";
import vue from "eslint-plugin-vue";
import { defineConfig } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";

/** The doors of the browser, highest first; folders in one row do not know each other. */
const LAYERS = [["pages"], ["widgets"], ["state", "media", "api"], ["protocol"], ["clock"]];

/** What the folder `name` of row `row` may not import: every folder above, and its neighbours. */
function closedTo(name, row) {
  return LAYERS.slice(0, row + 1)
    .flat()
    .filter((folder) => folder !== name);
}

/** One configuration per folder that holds its door. */
const doors = LAYERS.flatMap((folders, row) =>
  folders
    .filter((name) => closedTo(name, row).length > 0)
    .map((name) => ({
      files: [`browser/${name}/**/*.{ts,vue}`],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            patterns: [
              {
                regex: `^(\\.\\./)+(${closedTo(name, row).join("|")})(/|$)`,
                message: `${name} may import only what is below it: pages → widgets → state | media | api → protocol → clock.`,
              },
            ],
          },
        ],
      },
    })),
);

export default defineConfig(
  { ignores: ["dist/**", "node_modules/**", "room/**", "browser/protocol/messages.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs["flat/recommended"],
  compat.configs["flat/recommended"],
  {
    files: ["browser/**/*.{ts,vue}"],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: [".vue"],
      },
    },
    rules: {
      complexity: ["error", 10],
      "max-depth": ["error", 3],
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true }],
      "no-console": "error",
      "no-undef": "off", // TypeScript knows better
      "no-warning-comments": ["error", { terms: ["todo", "fixme"] }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ["browser/**/*.vue"],
    rules: {
      "vue/block-lang": ["error", { script: { lang: "ts" } }],
      "vue/block-order": ["error", { order: ["script", "template", "style"] }],
      "vue/component-api-style": ["error", ["script-setup"]],
      "vue/multi-word-component-names": "off",
      // No sentence people read stands in code: they come from browser/locale.
      "vue/no-bare-strings-in-template": "error",
      "vue/no-v-html": "error",
    },
  },
  {
    files: ["**/*.test.ts"],
    rules: { "max-lines-per-function": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    files: ["**/*.worklet.js"],
    languageOptions: { globals: globals.audioWorklet },
  },
  {
    // What old browsers read; its test holds it to ECMAScript 5.
    files: ["browser/fallback/fallback.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
    rules: { "no-var": "off", "prefer-const": "off", "@typescript-eslint/no-unused-vars": "off" },
  },
  {
    files: ["*.config.{js,ts}"],
    languageOptions: { globals: globals.node },
    rules: { "compat/compat": "off" },
  },
  ...doors,
  prettier,
);
