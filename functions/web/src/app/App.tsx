import { Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { MinePage } from "../mine/MinePage";
import { SharedPage } from "../simulation/SharedPage";
import { SimulationPage } from "../simulation/SimulationPage";
import { StartPage } from "../start/StartPage";
import { text } from "../text";
import { Announcer } from "./announce";
import { Connection } from "./Connection";
import { Header } from "./Header";
import { makeServices, ServicesContext } from "./services";
import { useThemeOnPage } from "./theme";

export function App() {
  const [services] = useState(makeServices);
  useThemeOnPage();
  useEffect(() => {
    const { socket } = services;
    socket.connect();
    const hurry = () => socket.hurry();
    window.addEventListener("online", hurry);
    document.addEventListener("visibilitychange", hurry);
    return () => {
      window.removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", hurry);
      socket.close();
    };
  }, [services]);

  return (
    <ServicesContext value={services}>
      <a className="skip" href="#main">
        {text.skip}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<p className="faint">{text.simulation.loading}</p>}>
          <Switch>
            <Route path="/" component={StartPage} />
            <Route path="/mine" component={MinePage} />
            <Route path="/sim/:id">{({ id }) => <SimulationPage id={id} />}</Route>
            <Route path="/s/:token">{({ token }) => <SharedPage token={token} />}</Route>
            <Route>
              <Redirect to="/" replace />
            </Route>
          </Switch>
        </Suspense>
      </main>
      <Connection />
      <Announcer />
    </ServicesContext>
  );
}
