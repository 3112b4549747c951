import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { replaceEval } from "../../build/withoutEval";

const FILE = new URL("../../node_modules/@mujoco/mujoco/mujoco.js", import.meta.url);

describe("replaceEval", () => {
  it("leaves nothing in MuJoCo's module that evaluates text", () => {
    const code = replaceEval(readFileSync(FILE, "utf8"));
    expect(code).not.toMatch(/new Function\(|\beval\(/);
  });

  it("fails where the module is not as it was", () => {
    expect(() => replaceEval("export default 1")).toThrow("has changed");
  });
});
