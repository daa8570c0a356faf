/** The composition root of the pages for people who sign in. */
import { createApp } from "vue";
import OfficeApp from "./pages/office/OfficeApp.vue";
import "./widgets/theme.css";
import "./widgets/office.css";
import { language, speak } from "./widgets/words";

speak(language.value);
createApp(OfficeApp).mount("#app");
