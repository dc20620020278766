import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { complete } from '#problems/openapi.js';
import { answers } from './answers.js';

/** The document at `/openapi.json`. */
export function consoleDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder().setTitle('Stellwerk: Konsole').setVersion('1').addBearerAuth().build();
  return complete(SwaggerModule.createDocument(app, about), answers);
}
