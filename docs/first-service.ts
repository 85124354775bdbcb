import { entity, service, z } from "plinth";

const task = entity("task", {
  state: z.object({ title: z.string(), done: z.boolean() }),
  initial: { title: "", done: false },
  events: { added: z.object({ title: z.string() }), finished: z.object({}) },
  stored: true,
  filter: ["done"],
})
  .evolve({
    added: (task, { title }) => ({ ...task, title }),
    finished: (task) => ({ ...task, done: true }),
  })
  .commands({
    add: {
      on: "new",
      input: z.object({ title: z.string().min(1) }),
      decide: (_task, input, { emit }) => emit.added(input),
    },
    finish: {
      input: z.object({}),
      decide: (task, _input, { emit, refuse }) =>
        task.done ? refuse("already_finished", "This task is done.") : emit.finished({}),
    },
  });

export default service("tasks", { entities: [task], public: true });
