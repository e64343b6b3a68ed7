/** A still of the received picture, at the size it arrived, put into the form's file field. */

import { sendQuietly } from "../live/forms.ts";

const JPEG_QUALITY = 0.92;

export async function capture(button: HTMLElement): Promise<void> {
  const form = button.closest<HTMLFormElement>("form[data-capture]");
  const input = form?.querySelector<HTMLInputElement>("input[type=file]");
  const video = document.querySelector<HTMLVideoElement>("video[data-video=remote]");
  if (!form || !input || !video || video.videoWidth === 0) return;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
  if (!blob) return;
  const files = new DataTransfer();
  files.items.add(new File([blob], "capture.jpg", { type: "image/jpeg" }));
  input.files = files.files;
  await sendQuietly(form, button);
  input.value = "";
}
