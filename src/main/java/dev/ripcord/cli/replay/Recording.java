package dev.ripcord.cli.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.health.Sample;
import dev.ripcord.json.CheckJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Polls in a file: one JSON object a line, as {@code check -o json} prints them. */
final class Recording {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BYTE_ORDER_MARK = "\uFEFF"; // As editors on Windows write it.

  private Recording() {}

  /** Reads all of it; throws a {@link UsageException} that names the line. */
  static List<Sample> read(Path file) {
    List<Sample> samples = new ArrayList<>();
    int line = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        line++;
        String json = text.replace(BYTE_ORDER_MARK, "");
        if (!json.isBlank()) {
          samples.add(CheckJson.recorded(JSON.readTree(json)));
        }
      }
    } catch (JsonProcessingException e) {
      throw wrong(file, line, "is not JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw wrong(file, line, String.valueOf(e.getMessage()));
    } catch (CharacterCodingException e) {
      throw new UsageException(file + " is not UTF-8 text");
    } catch (IOException e) {
      throw new UsageException(file + " cannot be read: " + e.getMessage());
    }
    if (samples.isEmpty()) {
      throw new UsageException(
          file + " holds no poll; record some: ripcord watch … --record " + file);
    }
    return samples;
  }

  private static UsageException wrong(Path file, int line, String what) {
    return new UsageException(file + ":" + line + " " + what);
  }
}
