import { Moon, PencilLine, Rows3, Sun, SunMoon } from "lucide-react";
import { Link, useRoute } from "wouter";
import { text } from "../text";
import { announce } from "./announce";
import { setTheme, THEMES, useTheme } from "./theme";

const THEME_ICONS = { auto: SunMoon, light: Sun, dark: Moon };

export function Header() {
  const [drawing] = useRoute("/");
  const [listing] = useRoute("/mine");
  return (
    <header className="header">
      <Link href="/" className="brand">
        {text.name}
        <span className="motto">{text.motto}</span>
      </Link>
      <nav aria-label={text.nav.label}>
        <Link href="/" aria-current={drawing ? "page" : undefined}>
          <PencilLine aria-hidden="true" />
          <span>{text.nav.draw}</span>
        </Link>
        <Link href="/mine" aria-current={listing ? "page" : undefined}>
          <Rows3 aria-hidden="true" />
          <span>{text.nav.mine}</span>
        </Link>
        <ThemeButton />
      </nav>
    </header>
  );
}

/** Goes round: as the system, light, dark. */
function ThemeButton() {
  const theme = useTheme();
  const Icon = THEME_ICONS[theme];
  const name = `${text.nav.theme.label}: ${text.nav.theme[theme]}`;
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      title={name}
      onClick={() => {
        setTheme(next);
        announce(`${text.nav.theme.label}: ${text.nav.theme[next]}`);
      }}
    >
      <Icon aria-hidden="true" />
    </button>
  );
}
