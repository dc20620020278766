import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The document at `/openapi.json`. */
export function consoleDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder().setTitle('Stellwerk: Konsole').setVersion('1').addBearerAuth().build();
  return SwaggerModule.createDocument(app, about);
}
