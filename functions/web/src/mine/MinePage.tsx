/** All that this guest has made, to find again. */

import { Search, Trash2 } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { announce } from "../app/announce";
import { ProblemCard, problemOf } from "../app/problem";
import { useServices } from "../app/services";
import type { Problem, Simulation } from "../service/model";
import { text } from "../text";

const AFTER_TYPING_MS = 250;
const WHEN = new Intl.DateTimeFormat(text.language, { dateStyle: "medium", timeStyle: "short" });

export function MinePage() {
  const { client } = useServices();
  const [words, setWords] = useState("");
  const [found, setFound] = useState<Simulation[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asked = useRef("");

  const search = useCallback(
    async (wanted: string, from: string | null) => {
      asked.current = wanted;
      try {
        const page = await client.simulations(wanted, from);
        if (asked.current !== wanted) return;
        setFound((before) => [...(from && before ? before : []), ...page.items]);
        setCursor(page.next_cursor);
        setProblem(null);
      } catch (error) {
        setProblem(problemOf(error));
      }
    },
    [client],
  );
  useEffect(() => {
    const timer = setTimeout(() => void search(words.trim(), null), words ? AFTER_TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [words, search]);

  const remove = async (simulation: Simulation) => {
    try {
      await client.removeSimulation(simulation.simulation_id);
      setFound((all) => all?.filter((one) => one !== simulation) ?? null);
      announce(text.mine.removed);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };

  return (
    <div className="mine">
      <h1>{text.mine.title}</h1>
      <div className="field search">
        <Search aria-hidden="true" />
        <input
          type="search"
          value={words}
          aria-label={text.mine.search}
          placeholder={text.mine.search}
          maxLength={500}
          onChange={(event) => setWords(event.target.value)}
        />
      </div>
      {problem && <ProblemCard problem={problem} />}
      {found?.length === 0 && (
        <p className="faint">{words ? text.mine.notFound(words) : text.mine.none}</p>
      )}
      <ul className="cards">
        {found?.map((simulation) => (
          <Card
            key={simulation.simulation_id}
            simulation={simulation}
            onRemove={() => void remove(simulation)}
          />
        ))}
      </ul>
      {cursor && (
        <button type="button" className="button" onClick={() => void search(words.trim(), cursor)}>
          {text.mine.more}
        </button>
      )}
    </div>
  );
}

function Card({ simulation, onRemove }: { simulation: Simulation; onRemove: () => void }) {
  const title = simulation.title || simulation.prompt || text.mine.untitled;
  const { status, links } = simulation;
  return (
    <li className="card">
      <Link href={`/sim/${simulation.simulation_id}`}>
        <span className="thumb">
          {status === "succeeded" && links.preview_png && (
            <img src={links.preview_png} alt="" loading="lazy" />
          )}
        </span>
        <span className="card-title">{title}</span>
        <span className="faint">
          {text.mine.sources[simulation.source]} · {WHEN.format(new Date(simulation.created_at))}
          {status !== "succeeded" && ` · ${text.mine.status[status]}`}
        </span>
      </Link>
      <button
        type="button"
        className="icon-button"
        aria-label={text.mine.remove(title)}
        title={text.mine.remove(title)}
        onClick={onRemove}
      >
        <Trash2 aria-hidden="true" />
      </button>
    </li>
  );
}
