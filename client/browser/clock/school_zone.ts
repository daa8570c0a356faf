/** The zone in which people are told times, whatever the device is set to: that of the schools. */
export const SCHOOL_ZONE = "Asia/Shanghai";
