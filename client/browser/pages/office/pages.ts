/** Every page of people who sign in: where it is and in which capacities one sees it. */
import type { Component } from "vue";
import type { Word } from "../../widgets/words";

/** One page; its component is loaded when it is opened. */
export interface Page {
  readonly path: string;
  readonly title: Word;
  /** What it is for, in one sentence; none for the page where one begins. */
  readonly hint?: Word;
  readonly load: () => Promise<{ default: Component }>;
  /** Who finds it in the menu; the server decides what it shows. */
  readonly capacities: readonly string[];
}

/** In the order of the menu; `server/web/routes.py` has the same paths. */
export const PAGES: readonly Page[] = [
  {
    path: "/",
    title: "office.home",
    load: () => import("./HomePage.vue"),
    capacities: [
      "admin",
      "bureau",
      "school_admin",
      "teacher",
      "research_officer",
      "inspector",
      "technician",
    ],
  },
  {
    path: "/week",
    title: "office.week",
    hint: "week.hint",
    load: () => import("./timetable/WeekPage.vue"),
    capacities: ["bureau", "school_admin", "teacher", "research_officer", "inspector"],
  },
  {
    path: "/plan",
    title: "home.plan",
    hint: "plan.hint",
    load: () => import("./timetable/PlanPage.vue"),
    capacities: ["school_admin", "teacher"],
  },
  {
    path: "/attendance",
    title: "office.attendance",
    hint: "attendance.hint",
    load: () => import("./attendance/AttendancePage.vue"),
    capacities: ["bureau", "school_admin", "teacher"],
  },
  {
    path: "/schools",
    title: "office.schools",
    hint: "schools.hint",
    load: () => import("./SchoolsPage.vue"),
    capacities: ["admin", "bureau", "school_admin", "research_officer", "inspector", "technician"],
  },
  {
    path: "/staff",
    title: "office.staff",
    hint: "staff.hint",
    load: () => import("./StaffPage.vue"),
    capacities: ["admin", "bureau", "school_admin", "research_officer"],
  },
  {
    path: "/classrooms",
    title: "office.classrooms",
    hint: "classrooms.hint",
    load: () => import("./ClassroomsPage.vue"),
    capacities: ["admin", "bureau", "school_admin", "technician"],
  },
  {
    path: "/classes",
    title: "office.classes",
    hint: "classes.hint",
    load: () => import("./ClassesPage.vue"),
    capacities: ["bureau", "school_admin", "teacher", "research_officer"],
  },
  {
    path: "/consents",
    title: "consents.title",
    hint: "consents.hint",
    load: () => import("./ConsentsPage.vue"),
    capacities: ["bureau", "school_admin", "teacher", "research_officer"],
  },
  {
    path: "/audit",
    title: "audit.title",
    hint: "audit.hint",
    load: () => import("./AuditPage.vue"),
    capacities: ["admin", "bureau", "school_admin"],
  },
  {
    path: "/certificates",
    title: "certificates.title",
    hint: "certificates.brief",
    load: () => import("./CertificatesPage.vue"),
    capacities: ["bureau", "school_admin"],
  },
  {
    path: "/live",
    title: "live.title",
    hint: "live.hint",
    load: () => import("./live/LivePage.vue"),
    capacities: ["admin", "bureau", "school_admin", "technician"],
  },
  {
    path: "/lines",
    title: "lines.title",
    hint: "lines.hint",
    load: () => import("./lines/LinesPage.vue"),
    capacities: ["admin", "bureau", "school_admin", "technician"],
  },
  {
    path: "/pairings",
    title: "office.pairings",
    hint: "pairings.hint",
    load: () => import("./PairingsPage.vue"),
    capacities: ["admin", "bureau", "school_admin", "teacher", "research_officer", "inspector"],
  },
  {
    path: "/review",
    title: "office.review",
    hint: "review.hint",
    load: () => import("./review/ReviewPage.vue"),
    capacities: ["school_admin", "teacher", "research_officer"],
  },
];

/** The page at an address: the one whose path it is, or begins with. */
export function pageAt(path: string): Page | undefined {
  return PAGES.find((page) => path === page.path || path.startsWith(`${page.path}/`));
}

/** What somebody finds in the menu. */
export function pagesFor(capacity: string): readonly Page[] {
  return PAGES.filter((page) => page.capacities.includes(capacity));
}
