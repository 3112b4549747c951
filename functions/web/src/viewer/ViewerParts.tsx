/** Everything about the stage: what feeds it, and all that one may press. */

import { Tabs } from "radix-ui";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { announce } from "../app/announce";
import { useTouch } from "../engine/useTouch";
import { TakeTab } from "../exports/TakeTab";
import type { Header } from "../motion/header";
import { newPose } from "../motion/recording";
import type { Analysis } from "../service/model";
import { text } from "../text";
import { drawingOffset } from "./alignment";
import { loadSheet } from "./backdrop";
import { ChangeTab } from "./ChangeTab";
import { feedMotion } from "./feed";
import { HelpSheet } from "./HelpSheet";
import type { ViewerProps } from "./index";
import { type KeyTargets, listenToKeys } from "./keys";
import { labelsOf } from "./labelling";
import type { Player } from "./player";
import { Readings } from "./Readings";
import { ScaleNote } from "./ScaleNote";
import { DEFAULT_SHOW, type Show } from "./stage";
import { TouchTab } from "./TouchTab";
import { Transport } from "./Transport";
import { nameText, seconds } from "./units";
import { ViewBar } from "./ViewBar";

/** Plots bring a library of their own, when they are first looked at. */
const PlotsTab = lazy(() => import("./PlotsTab"));

const words = text.viewer;

/** How long it is told that the motion went on after a cut. */
const RESUMED_MS = 6000;

interface Props extends ViewerProps {
  player: Player;
  section: HTMLElement;
}

export function ViewerParts(props: Props) {
  const { player, section, client, simulationId, drawingUrl, readOnly = false } = props;
  const { header, notice } = useFeed(props);
  const analysis = useLast(props.analysis);
  const [show, setShow] = useState<Show>(DEFAULT_SHOW);
  const [inDepth, setInDepth] = useState(false);
  const [following, setFollowing] = useState(false);
  const [help, setHelp] = useState(false);
  const touch = useTouch(player, client, simulationId);
  useEffect(() => player.stage.setShow(show), [player, show]);
  useDrawing(player, header, analysis, drawingUrl);

  const bodies = useMemo(() => heavyBodies(player, header), [player, header]);
  const actions = {
    front: () => {
      player.stage.camera.front();
      player.stage.touch();
    },
    fit: () => {
      player.stage.camera.fit();
      player.stage.touch();
    },
    perspective: () => {
      const next = !player.stage.camera.isPerspective;
      player.stage.camera.setPerspective(next);
      if (next) player.stage.camera.tilt();
      else player.stage.camera.front();
      player.stage.touch();
      setInDepth(next);
    },
    follow: () => {
      const next = player.stage.following === null ? player.body : null;
      player.stage.follow(next);
      setFollowing(next !== null);
    },
    full: () => {
      if (document.fullscreenElement) void document.exitFullscreen();
      else void section.requestFullscreen?.();
    },
    help: () => setHelp(true),
  };
  useKeys({
    player,
    stage: player.stage,
    show: () => show,
    setShow,
    perspective: actions.perspective,
    follow: actions.follow,
    help: actions.help,
    nextBody: (direction) => chooseNext(player, bodies, direction),
    touch: touch.toggle,
    reset: touch.reset,
    push: touch.push,
  });

  return (
    <>
      <ViewBar
        {...{ show, setShow, actions, inDepth, following }}
        hasDrawing={Boolean(drawingUrl && analysis)}
      />
      <ScaleNote player={player} />
      {notice && (
        <p className="viewer-notice" role="status">
          {notice}
        </p>
      )}
      <Transport player={player} onReset={touch.reset} />
      <Readings player={player} bodies={bodies} />
      <Tabs.Root className="viewer-tabs" defaultValue="change">
        <Tabs.List aria-label={words.tabs.label}>
          {(["change", "plots", "touch", "take"] as const).map((tab) => (
            <Tabs.Trigger key={tab} value={tab}>
              {words.tabs[tab]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="change" forceMount>
          <ChangeTab {...{ analysis, readOnly }} onChange={props.onParameterChange} />
        </Tabs.Content>
        <Tabs.Content value="plots">
          <Suspense>
            <PlotsTab key={simulationId} {...{ player, client, simulationId }} />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content value="touch">
          <TouchTab {...{ touch, player }} />
        </Tabs.Content>
        <Tabs.Content value="take">
          <TakeTab {...{ player, client, simulationId, readOnly }} />
        </Tabs.Content>
      </Tabs.Root>
      <HelpSheet open={help} onOpenChange={setHelp} />
    </>
  );
}

/** Brings the motion in; what was shown stays until the next one's first frame is here. */
function useFeed({ player, client, socket, simulationId }: Props) {
  const [header, setHeader] = useState<Header | null>(null);
  const [notice, setNotice] = useState<string | null>(words.loading);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let coming: Header | null = null;
    const stop = feedMotion(client, socket, simulationId, {
      header: (next) => {
        coming = next;
        player.begin(next);
      },
      chunk: (chunk) => {
        player.add(chunk);
        if (!coming || player.recording?.size === 0) return;
        setHeader(coming);
        player.stage.setLabels(labelsOf(coming, player.stage.dynamics?.heavy ?? []));
        coming = null;
        setNotice(null);
        if (!matchMedia("(prefers-reduced-motion: reduce)").matches) player.play();
      },
      done: () => {},
      resumed: (from) => {
        const said = words.resumed(seconds(from));
        announce(said);
        setNotice(said);
        timer = setTimeout(() => setNotice(null), RESUMED_MS);
      },
      failed: (detail) => setNotice(`${words.failed} ${detail}`),
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [player, client, socket, simulationId]);
  return { header, notice };
}

/** Lays the drawing where its marks became bodies. */
function useDrawing(
  player: Player,
  header: Header | null,
  analysis: Analysis | undefined,
  drawingUrl: string | undefined,
) {
  useEffect(() => {
    if (!header || !analysis || !drawingUrl) return;
    let wanted = true;
    loadSheet(drawingUrl).then(
      (texture) => {
        const start = newPose(header.bodies.length);
        if (!wanted || !player.recording?.frame(0, start)) {
          texture.dispose();
          return;
        }
        player.stage.setDrawing(analysis, drawingOffset(analysis, header, start), texture);
      },
      // Without it the motion is all there is to see.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [player, header, analysis, drawingUrl]);
}

/** What was there last, while the next is on its way. */
function useLast<Value>(value: Value | undefined): Value | undefined {
  const last = useRef(value);
  if (value !== undefined) last.current = value;
  return last.current;
}

function useKeys(targets: KeyTargets) {
  const latest = useRef(targets);
  latest.current = targets;
  useEffect(() => {
    // One listener for as long as the viewer is there; what it acts on is always the latest.
    const through = new Proxy({} as KeyTargets, {
      get: (_, key) => latest.current[key as keyof KeyTargets],
    });
    return listenToKeys(through);
  }, []);
}

function heavyBodies(player: Player, header: Header | null) {
  if (!header) return [];
  const heavy = player.stage.dynamics?.heavy ?? [];
  return heavy.map((body) => [body, header.bodies[body]?.name ?? ""] as const);
}

function chooseNext(
  player: Player,
  bodies: readonly (readonly [number, string])[],
  direction: 1 | -1,
) {
  const at = bodies.findIndex(([body]) => body === player.body);
  const next = bodies[(at + direction + bodies.length) % bodies.length];
  if (!next) return;
  player.select(next[0]);
  announce(words.touch.chosen(nameText(next[1])));
}
