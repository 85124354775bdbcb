import "reflect-metadata";
import {
  Bind,
  Body,
  Controller,
  Dependencies,
  Get,
  Headers,
  HttpCode,
  Module,
  Param,
  Post,
  ValidationPipe,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { CommandBus, CqrsModule } from "@nestjs/cqrs";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { TypeOrmModule } from "@nestjs/typeorm";
import { IsInt, IsOptional, IsPositive, IsString, MaxLength } from "class-validator";
import { DataSource } from "typeorm";
import { DepositCommand, DepositedHandler, DepositHandler } from "./deposit.js";
import { Account, Answer, Balance, Event, Message } from "./entities.js";

/**
 * Deposits with NestJS, its CQRS module and TypeORM, as their documentation has them in JavaScript: a controller that
 * sends a command, a handler with one transaction, an event of the process that keeps the view; on Fastify, for speed.
 */
class DepositInput {
  @IsInt()
  @IsPositive()
  amount;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  note = "";
}

@Controller()
@Dependencies(CommandBus, DataSource)
class AccountsController {
  constructor(commands, dataSource) {
    this.commands = commands;
    this.dataSource = dataSource;
  }

  @Get("health/ready")
  ready() {
    return { ready: true };
  }

  @Get("accounts/:id")
  @Bind(Param("id"))
  async account(id) {
    const account = await this.dataSource.manager.findOneBy(Account, { id });
    return { balance: Number(account?.balance ?? 0) };
  }

  @Post("accounts/:id/deposit")
  @HttpCode(200)
  @Bind(
    Param("id"),
    Body(new ValidationPipe({ expectedType: DepositInput, transform: true, whitelist: true })),
    Headers("idempotency-key"),
    Headers("traceparent"),
  )
  deposit(id, input, key, trace) {
    return this.commands.execute(new DepositCommand(id, input, key, trace ?? null));
  }
}

@Module({
  imports: [
    CqrsModule.forRoot(),
    TypeOrmModule.forRoot({
      type: "postgres",
      url: process.env.DATABASE_URL,
      entities: [Account, Answer, Balance, Event, Message],
      synchronize: true,
    }),
  ],
  controllers: [AccountsController],
  providers: [DepositHandler, DepositedHandler],
})
class AppModule {}

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ["error"] });
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT), "127.0.0.1");
