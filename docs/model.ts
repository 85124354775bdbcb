import { entity, reactor, service, view, z } from "plinth";

// #region member
export const member = entity("member", {
  state: z.object({ email: z.string(), suspended: z.boolean() }),
  initial: { email: "", suspended: false },
  events: {
    joined: z.object({ email: z.email() }),
    suspended: z.object({ reason: z.string() }),
  },
  unique: { email: (member) => member.email || null },
  allow: ({ actor, id }) => actor.id === id || actor.has("members:read"),
})
  .evolve({
    joined: (member, { email }) => ({ ...member, email }),
    suspended: (member) => ({ ...member, suspended: true }),
  })
  .commands({
    join: {
      on: "new",
      input: z.object({ email: z.email() }),
      allow: () => true,
      decide: (_member, input, { emit }) => emit.joined(input),
    },
    suspend: {
      input: z.object({ reason: z.string().min(1) }),
      allow: ({ actor }) => actor.has("members:suspend"),
      decide: (member, input, { emit }) => (member.suspended ? [] : emit.suspended(input)),
    },
  });
// #endregion member

// #region seat
export const seat = entity("seat", {
  state: z.object({ holder: z.string().nullable() }),
  initial: { holder: null },
  events: {
    taken: z.object({ by: z.string(), until: z.iso.datetime() }),
    returned: z.object({ by: z.string() }),
  },
  stored: true,
  filter: ["holder"],
  allow: () => true,
})
  .evolve({
    taken: (_seat, { by }) => ({ holder: by }),
    returned: () => ({ holder: null }),
  })
  .commands((command) => ({
    take: command({
      on: "any",
      input: z.object({ until: z.iso.datetime() }),
      allow: ({ actor }) => actor.has("seats:take"),
      facts: ({ read, actor }) => read(member, actor.id, { consistent: true }),
      decide: (seat, { until }, { emit, refuse, actor, now, facts: taker }) => {
        if (!taker) return refuse("not_a_member", "Only members take seats.");
        if (taker.state.suspended) return refuse("member_suspended", "A suspended member takes no seat.");
        if (seat.holder !== null) return refuse("seat_taken", "Somebody sits there.");
        if (until <= now) return refuse("too_late", "That time has passed.");
        return emit.taken({ by: actor.id, until });
      },
    }),
    giveBack: command({
      input: z.object({}),
      allow: ({ actor, state }) => state?.holder === actor.id,
      decide: (seat, _input, { emit }) => (seat.holder === null ? [] : emit.returned({ by: seat.holder })),
    }),
  }));
// #endregion seat

// #region view
export const sitters = view("sitters", {
  row: z.object({ member: z.string(), seats: z.int(), since: z.iso.datetime() }),
  from: [seat],
  key: ({ data }) => data.by,
  on: {
    "seat.taken": (row, { data, at }) => ({
      member: data.by,
      seats: (row?.seats ?? 0) + 1,
      since: row?.since ?? at,
    }),
    "seat.returned": (row) => (row && row.seats > 1 ? { ...row, seats: row.seats - 1 } : null),
  },
  filter: ["seats"],
  sort: ["since", "seats"],
  allow: ({ actor }) => actor.has("seats:read"),
});
// #endregion view

// #region reactor
/** Sends mail; the same key twice is one mail. */
export type Mail = (to: string, text: string, call: { key: string; signal: AbortSignal }) => Promise<void>;

export const confirmations = (mail: Mail) =>
  reactor("confirmations", {
    from: [member, seat],
    on: {
      "seat.taken": (event, { effect }) =>
        effect("mail", (call) => mail(event.data.by, `Seat ${event.stream.id} is yours.`, call)),
      "member.suspended": (event, { effect }) =>
        effect("mail", (call) => mail(event.stream.id, event.data.reason, call)),
    },
    retries: { max: 5, minMs: 1000 },
  });
// #endregion reactor

// #region service
export const theatre = (mail: Mail) =>
  service("theatre", {
    entities: [member, seat],
    views: [sitters],
    reactors: [confirmations(mail)],
  });
// #endregion service
