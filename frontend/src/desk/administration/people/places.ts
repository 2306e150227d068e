import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { useSites } from "../../sites";

/** Stations and districts somebody may be limited to, by what the sites are in. */
export function usePlaces() {
  const { t, te } = useI18n();
  const sites = useSites();
  const named = (kind: "station" | "district") => (id: string) => (te(`administration.${kind}.${id}`) ? t(`administration.${kind}.${id}`) : id);
  const of = (pick: (s: (typeof sites.all.value)[number]) => string) => [...new Set(sites.all.value.map(pick))].filter(Boolean).sort();
  return {
    load: sites.load,
    station: named("station"),
    district: named("district"),
    stations: computed(() => of((s) => s.station)),
    districts: computed(() => of((s) => s.district)),
  };
}
