/** What the page talks to the service with: made once, found anywhere below `App`. */

import { createContext, useContext, useEffect, useState } from "react";
import { Client } from "../service/client";
import { SessionStore } from "../service/session";
import { SharedClient } from "../service/shared";
import { Socket, type SocketState, socketAddress } from "../service/socket";

export interface Services {
  client: Client;
  socket: Socket;
}

/** Those of a guest with a session of their own, or of whoever was sent a link. */
export function makeServices(shareToken: string | null): Services {
  const client =
    shareToken === null
      ? new Client(new SessionStore(window.localStorage))
      : new SharedClient(shareToken);
  const socket = new Socket({
    address: async () =>
      socketAddress(
        window.location,
        shareToken === null ? { token: await client.token() } : { share: shareToken },
      ),
    open: (address) => new WebSocket(address),
    random: Math.random,
  });
  return { client, socket };
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("used outside of App");
  return services;
}

export function useSocketState(socket: Socket): SocketState {
  const [state, setState] = useState(socket.state);
  useEffect(() => {
    setState(socket.state);
    return socket.watch(setState);
  }, [socket]);
  return state;
}
