/** What the page and the worker that runs MuJoCo say to each other. */

type Vector = readonly [number, number, number];

export type ToWorker =
  | { readonly type: "load"; readonly xml: string }
  | { readonly type: "run"; readonly running: boolean }
  | { readonly type: "reset" }
  | {
      readonly type: "grab";
      readonly body: number;
      readonly local: Vector;
      readonly target: Vector;
    }
  | { readonly type: "pull"; readonly target: Vector }
  | { readonly type: "release" }
  | { readonly type: "push"; readonly body: number; readonly x: number; readonly z: number }
  | { readonly type: "compare"; readonly frames: number; readonly fps: number };

export type FromWorker =
  | { readonly type: "ready"; readonly bodies: number; readonly version: string }
  | {
      readonly type: "pose";
      readonly time: number;
      readonly position: Float32Array;
      readonly quaternion: Float32Array;
      /** Seconds simulated a second, when it does not keep up. */
      readonly pace: number;
    }
  | { readonly type: "compared"; readonly position: Float32Array }
  | { readonly type: "failed"; readonly message: string };
