/** The web client's composition root: the one place that connects its parts. */
import { createApp } from "vue";
import App from "./pages/App.vue";
import ReplayPage from "./pages/replay/ReplayPage.vue";
import "./widgets/theme.css";
import { language, speak } from "./widgets/words";

speak(language.value);
createApp(location.pathname === "/replay" ? ReplayPage : App).mount("#app");
