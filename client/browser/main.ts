/** The web client's composition root: the one place that connects its parts. */
import { createApp } from "vue";
import App from "./pages/App.vue";
import CheckPage from "./pages/check/CheckPage.vue";
import CodePage from "./pages/join/CodePage.vue";
import DevicesPage from "./pages/devices/DevicesPage.vue";
import ReplayPage from "./pages/replay/ReplayPage.vue";
import RollPage from "./pages/roll/RollPage.vue";
import PhonePage from "./pages/room/PhonePage.vue";
import RoomPage from "./pages/room/RoomPage.vue";
import "./widgets/theme.css";
import { language, speak } from "./widgets/words";

speak(language.value);
const pages = new Map([
  ["/check", CheckPage],
  ["/join", CodePage],
  ["/check-devices", DevicesPage],
  ["/replay", ReplayPage],
  ["/roll", RollPage],
  ["/room", RoomPage],
  ["/phone", PhonePage],
]);
createApp(pages.get(location.pathname) ?? App).mount("#app");
