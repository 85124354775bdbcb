import { Dependencies } from "@nestjs/common";
import { CommandHandler, EventBus, EventsHandler } from "@nestjs/cqrs";
import { DataSource } from "typeorm";
import { Account, Answer, Balance, Event, Message } from "./entities.js";

export class DepositCommand {
  constructor(account, input, key, trace) {
    this.account = account;
    this.input = input;
    this.key = key;
    this.trace = trace;
  }
}

export class DepositedEvent {
  constructor(account, balance, at) {
    this.account = account;
    this.balance = balance;
    this.at = at;
  }
}

/** One transaction: the account, locked, its event, the message for others, and the answer that a repeat gets. */
@CommandHandler(DepositCommand)
@Dependencies(DataSource, EventBus)
export class DepositHandler {
  constructor(dataSource, events) {
    this.dataSource = dataSource;
    this.events = events;
  }

  async execute(command) {
    const { answer, event } = await this.dataSource.transaction((manager) => this.deposit(manager, command));
    if (event) this.events.publish(event);
    return answer;
  }

  async deposit(manager, { account: id, input, key, trace }) {
    const account = await this.locked(manager, id);
    const before = await manager.findOneBy(Answer, { key });
    if (before) return { answer: before.answer };
    if (account.closed) throw new Error("A closed account takes no deposits.");
    const version = account.version + 1;
    const balance = Number(account.balance) + input.amount;
    const at = new Date();
    const answer = { id, version, state: { balance, closed: false } };
    const data = { amount: input.amount, note: input.note };
    await manager.insert(Event, { account: id, version, type: "deposited", data, at, trace });
    await manager.insert(Message, { topic: "account.deposited", key: id, payload: data });
    await manager.update(Account, { id }, { version, balance });
    await manager.insert(Answer, { key, answer, at });
    return { answer, event: new DepositedEvent(id, balance, at) };
  }

  async locked(manager, id) {
    const find = () => manager.findOne(Account, { where: { id }, lock: { mode: "pessimistic_write" } });
    const found = await find();
    if (found) return found;
    const first = { id, version: 0, balance: 0, closed: false };
    await manager.createQueryBuilder().insert().into(Account).values(first).orIgnore().execute();
    return find();
  }
}

/** The view, after the commit: an event that is lost with its process is not seen here. */
@EventsHandler(DepositedEvent)
@Dependencies(DataSource)
export class DepositedHandler {
  constructor(dataSource) {
    this.dataSource = dataSource;
  }

  async handle({ account, balance, at }) {
    await this.dataSource.manager.upsert(Balance, { account, balance, at }, ["account"]);
  }
}
