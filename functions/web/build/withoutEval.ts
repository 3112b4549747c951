/**
 * MuJoCo's WebAssembly build writes the functions that call into it as text and evaluates them, which
 * the page's Content-Security-Policy forbids. Here both places get closures that do the same.
 */

import type { Plugin } from "vite";

const MODULE = /@mujoco\/mujoco\/mujoco\.js$/;

const INVOKER = "var invokerFn = new Function(...args, invokerFnBody)(...closureArgs);";
const INVOKER_CLOSURE = `var invokerFn = function (...given) {
        checkArgCount(given.length, minArgs, expectedArgCount, humanName, throwBindingError);
        const stack = needsDestructorStack ? [] : null;
        const wired = [];
        if (isClassMethodFunc) wired.push(argTypes[1].toWireType(stack, this));
        for (let i = 0; i < expectedArgCount; ++i)
          wired.push(argTypes[i + 2].toWireType(stack, given[i]));
        const rv = cppInvokerFunc(cppTargetFunc, ...wired);
        if (needsDestructorStack) runDestructors(stack);
        else {
          const skipped = isClassMethodFunc ? 1 : 2;
          for (let i = skipped; i < argTypes.length; ++i)
            if (argTypes[i].destructorFunction !== null)
              argTypes[i].destructorFunction(wired[i - skipped]);
        }
        if (returns) return argTypes[0].fromWireType(rv);
      };`;

const CALLER = "var invokerFunction = new Function(...params, functionBody)(...args);";
const CALLER_CLOSURE = `var invokerFunction = (obj, func, destructorsRef, given) => {
        const read = [];
        let at = given;
        for (const type of types) {
          read.push(type.readValueFromPointer(at));
          at += type.argPackAdvance;
        }
        const rv = kind === 1 ? new func(...read)
          : kind === 0 ? func.call(obj, ...read) : func.call(...read);
        if (!retType.isVoid) return emval_returnValue(retType, destructorsRef, rv);
      };`;

/** Replace what evaluates text; fails the build where the text is not as it was. */
export function replaceEval(code: string): string {
  for (const [from, to] of [
    [INVOKER, INVOKER_CLOSURE],
    [CALLER, CALLER_CLOSURE],
  ] as const) {
    if (code.split(from).length !== 2)
      throw new Error("@mujoco/mujoco has changed: see build/withoutEval.ts");
    code = code.replace(from, () => to);
  }
  if (/new Function\(|\beval\(/.test(code))
    throw new Error("@mujoco/mujoco evaluates text in another place: see build/withoutEval.ts");
  return code;
}

export function withoutEval(): Plugin {
  return {
    name: "mujoco-without-eval",
    enforce: "pre",
    transform(code, id) {
      return MODULE.test(id.split("?")[0] ?? "") ? { code: replaceEval(code), map: null } : null;
    },
  };
}
