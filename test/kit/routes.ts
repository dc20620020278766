import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';

/** Every route that the application's controllers answer, as `GET /api/v1/lanes/:lane`. */
export function routesOf(app: INestApplicationContext): string[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const { prototype } = metatype as { prototype: Record<string, object> };
    const handlers = Object.getOwnPropertyNames(prototype).filter((name) =>
      Reflect.hasMetadata(METHOD_METADATA, prototype[name]!),
    );
    return handlers.flatMap((name) => {
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, prototype[name]!)]!;
      const paths = [Reflect.getMetadata(PATH_METADATA, metatype!)]
        .flat()
        .flatMap((base) => [Reflect.getMetadata(PATH_METADATA, prototype[name]!)].flat().map((path) => [base, path]));
      return paths.map(
        ([base, path]) => `${method} ${`/${base}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')}`,
      );
    });
  });
}
