import { onScopeDispose } from "vue";
import { client } from "@/client";
import { listenForScan } from "../machine/scan";
import { useSession } from "./session";

/**
 * Takes the QR of a booking or donor card from the scanner for as long as the
 * screen lives. What was scanned goes straight to the program and is never shown.
 */
export function useScanner(): void {
  const session = useSession();
  const take = (text: string) => void session.send(() => client.POST("/kiosk/session/code", { body: { text } }));
  onScopeDispose(listenForScan(document, take, { hold: true }));
}
