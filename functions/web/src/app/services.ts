/** What the page talks to the service with: made once, found anywhere below `App`. */

import { createContext, useContext, useEffect, useState } from "react";
import { Client } from "../service/client";
import { SessionStore } from "../service/session";
import { Socket, type SocketState, socketAddress } from "../service/socket";

export interface Services {
  client: Client;
  socket: Socket;
}

export function makeServices(): Services {
  const client = new Client(new SessionStore(window.localStorage));
  const socket = new Socket({
    address: async () => socketAddress(window.location, await client.token()),
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
