/** Sliders for the numbers that were read: move one and it runs again. */

import { RotateCcw } from "lucide-react";
import { Slider } from "radix-ui";
import { useEffect, useRef, useState } from "react";
import type { Analysis } from "../service/model";
import { text } from "../text";
import { labelText, type Parameter, parametersOf, stepText } from "./parameters";

const words = text.viewer.change;

/** After the last movement, before it runs again. */
const DEBOUNCE_MS = 350;

interface Props {
  analysis: Analysis | undefined;
  readOnly: boolean;
  onChange?: ((textId: string, text: string) => void) | undefined;
}

export function ChangeTab({ analysis, readOnly, onChange }: Props) {
  const original = useOriginal(analysis);
  const parameters = analysis ? parametersOf(analysis) : [];
  if (readOnly || !onChange) return <p className="viewer-hint">{words.readOnly}</p>;
  if (!analysis) return <p className="viewer-hint">{words.undrawn}</p>;
  if (!parameters.length) return <p className="viewer-hint">{words.empty}</p>;
  return (
    <div className="viewer-parameters">
      {parameters.map((parameter) => (
        <ParameterSlider
          key={parameter.id}
          now={parameter}
          was={original.get(parameter.id) ?? parameter}
          unnamed={!analysis?.texts.find(({ id }) => id === parameter.id)?.name}
          onChange={(written) => onChange(parameter.id, written)}
        />
      ))}
      <p className="viewer-hint">{words.hint}</p>
    </div>
  );
}

/** The numbers as the drawing first had them. */
function useOriginal(analysis: Analysis | undefined): ReadonlyMap<string, Parameter> {
  const known = useRef({ sketch: "", parameters: new Map<string, Parameter>() });
  if (analysis && known.current.sketch !== analysis.sketch_id) {
    const parameters = new Map(parametersOf(analysis).map((one) => [one.id, one]));
    known.current = { sketch: analysis.sketch_id, parameters };
  }
  return known.current.parameters;
}

function ParameterSlider({
  now,
  was,
  unnamed,
  onChange,
}: {
  now: Parameter;
  was: Parameter;
  unnamed: boolean;
  onChange(written: string): void;
}) {
  const { min, max, step, unit } = was;
  const [value, setValue] = useState(now.value);
  const sent = useRef(now.value);
  const latest = useRef(onChange);
  latest.current = onChange;
  // A number corrected elsewhere moves the slider too.
  useEffect(() => {
    sent.current = now.value;
    setValue(now.value);
  }, [now.value]);
  const name = unnamed ? null : now.name;
  useEffect(() => {
    if (value === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = value;
      latest.current(labelText({ name, unit }, stepText(value, step)));
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value, name, unit, step]);
  const title = words.quantities[now.quantity] ?? now.quantity;
  const number = `${stepText(value, step)}${unit === "°" ? "°" : unit ? ` ${unit}` : ""}`;
  return (
    <div className="viewer-parameter">
      <span className="viewer-parameter-name">
        {name && <i>{name}</i>} {title}
      </span>
      <output>{number}</output>
      <Slider.Root
        className="viewer-slider"
        min={Math.min(min, value)}
        max={Math.max(max, value)}
        step={step}
        value={[value]}
        onValueChange={([next = value]) => setValue(Number(stepText(next, step)))}
      >
        <Slider.Track className="viewer-slider-track">
          <Slider.Range className="viewer-slider-range" />
        </Slider.Track>
        <Slider.Thumb
          className="viewer-slider-thumb"
          aria-label={name ? `${title}, ${name}` : title}
          aria-valuetext={number}
        />
      </Slider.Root>
      <button
        type="button"
        aria-label={words.reset(name ?? title)}
        disabled={value === was.value}
        onClick={() => setValue(was.value)}
      >
        <RotateCcw aria-hidden="true" />
      </button>
    </div>
  );
}
