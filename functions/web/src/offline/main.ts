/**
 * The player of an exported page: the viewer's stage with plain HTML controls, no React, no network.
 * It is built on its own into one script and inlined beside the frames.
 */

import { fromBase64 } from "../motion/base64";
import { SPEEDS } from "../motion/clock";
import { decodeChunk, readStream } from "../motion/codec";
import { readHeader } from "../motion/header";
import { text } from "../text";
import { labelsOf } from "../viewer/labelling";
import { Player } from "../viewer/player";
import { DEFAULT_SHOW, type Show, Stage } from "../viewer/stage";
import { followTheme } from "../viewer/theme";
import { seconds, short } from "../viewer/units";
import style from "./style.css?inline";

const words = text.viewer;

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
  ...children: Node[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function start(main: HTMLElement, data: Uint8Array<ArrayBuffer>): void {
  document.head.append(element("style", { textContent: style }));
  const canvas = element("canvas", { ariaLabel: words.canvas });
  const layer = element("div", { className: "labels", ariaHidden: "true" });
  const host = element("div", { className: "stage" }, canvas, layer);
  main.append(host);
  const stage = new Stage(canvas, layer);
  followTheme(host, stage);
  new ResizeObserver(() => {
    const { width, height } = host.getBoundingClientRect();
    stage.resize(width, height, devicePixelRatio);
  }).observe(host);

  const player = new Player(stage);
  const { header, chunks } = readStream(data);
  player.begin(readHeader(header));
  for (const chunk of chunks) player.add(decodeChunk(chunk));
  const known = readHeader(header);
  stage.setLabels(labelsOf(known, stage.dynamics?.heavy ?? []));
  main.append(controls(player), switches(stage), readings(player));
  listen(player);
  player.start();
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) player.play();
}

function controls(player: Player): HTMLElement {
  const play = element("button", { type: "button" });
  play.onclick = () => player.toggle();
  const scrub = element("input", {
    type: "range",
    min: "0",
    max: String(player.clock.duration),
    step: "0.01",
    ariaLabel: words.transport.time,
  });
  scrub.oninput = () => player.seek(Number(scrub.value));
  const time = element("output", { className: "time" });
  const speed = element("select", { ariaLabel: words.transport.speed });
  for (const one of SPEEDS)
    speed.append(
      element("option", { value: String(one), textContent: words.transport.times(one) }),
    );
  speed.onchange = () => player.setSpeed(Number(speed.value));
  const show = () => {
    const told = player.read();
    play.textContent = told.playing ? words.transport.pause : words.transport.play;
    scrub.value = String(told.time);
    time.textContent = seconds(told.time);
    speed.value = String(told.speed);
  };
  player.subscribe(show);
  show();
  return element("div", { className: "bar" }, play, scrub, time, speed);
}

function switches(stage: Stage): HTMLElement {
  let show: Show = DEFAULT_SHOW;
  const bar = element("div", { className: "bar" });
  for (const key of ["velocity", "force", "contact", "trails", "labels"] as const) {
    const box = element("input", { type: "checkbox", checked: show[key] });
    box.onchange = () => {
      show = { ...show, [key]: box.checked };
      stage.setShow(show);
    };
    bar.append(element("label", {}, box, new Text(words.view[key])));
  }
  return bar;
}

function readings(player: Player): HTMLElement {
  const line = element("output", { className: "readings", id: "readings" });
  const show = () => {
    const { body } = player.read();
    if (!body) return;
    const parts = [
      body.period && `${words.numbers.period} ${seconds(body.period.seconds)}`,
      body.speed !== null && `${words.numbers.speed} ${short(body.speed)} m/s`,
      body.acceleration !== null &&
        `${words.numbers.acceleration} ${short(body.acceleration)} m/s²`,
    ];
    line.textContent = parts.filter(Boolean).join(" · ");
  };
  player.subscribe(show);
  show();
  return line;
}

const KEYS: Record<string, (player: Player) => void> = {
  " ": (player) => player.toggle(),
  "[": (player) => player.nudgeSpeed(-1),
  "]": (player) => player.nudgeSpeed(1),
  f: (player) => player.stage.camera.front(),
};

function listen(player: Player): void {
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof Element && event.target.closest("input, select, button")) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const action = KEYS[event.key];
    if (steps) player.step(steps);
    else if (action) action(player);
    else return;
    event.preventDefault();
    player.stage.touch();
  });
}

const main = document.getElementById("player");
const motion = document.getElementById("motion")?.textContent ?? "";
if (main) start(main, fromBase64(motion.trim()));
