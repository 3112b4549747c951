import { useEffect, useMemo } from "react";
import { Redirect, Route, Switch, useLocation, useRoute } from "wouter";
import { MinePage } from "../mine/MinePage";
import { SharedPage } from "../simulation/SharedPage";
import { SimulationPage } from "../simulation/SimulationPage";
import { StartPage } from "../start/StartPage";
import { text } from "../text";
import { Announcer } from "./announce";
import { Boundary } from "./Boundary";
import { Connection } from "./Connection";
import { Header } from "./Header";
import { useArrival, useNoStrayDrops } from "./places";
import { makeServices, ServicesContext } from "./services";
import { useThemeOnPage } from "./theme";

export function App() {
  const [place] = useLocation();
  const [, sharedBy] = useRoute("/s/:token");
  const shareToken = sharedBy?.token ?? null;
  const services = useMemo(() => makeServices(shareToken), [shareToken]);
  useThemeOnPage();
  useArrival(place);
  useNoStrayDrops();
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
        <Boundary of={place}>
          <Switch>
            <Route path="/" component={StartPage} />
            <Route path="/mine" component={MinePage} />
            <Route path="/sim/:id">{({ id }) => <SimulationPage id={id} />}</Route>
            <Route path="/s/:token" component={SharedPage} />
            <Route>
              <Redirect to="/" replace />
            </Route>
          </Switch>
        </Boundary>
      </main>
      <Connection />
      <Announcer />
    </ServicesContext>
  );
}
