/** The web client's composition root: the one place that connects its parts. */
import { createApp } from "vue";
import App from "./pages/App.vue";

createApp(App).mount("#app");
