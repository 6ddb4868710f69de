using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RollbackOps.Runbooks;

/// <summary>
/// Writes findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), the format that code scanning takes.
/// </summary>
internal static class RunbookSarif
{
    private const string Root = "SRCROOT";

    private static readonly JsonWriterOptions s_indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The log of one run.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="root">The folder that the files' addresses are relative to.</param>
    /// <param name="version">The module's version.</param>
    public static string Write(IReadOnlyList<RunbookFinding> findings, string root, string version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var used = findings.Select(finding => finding.Rule).Distinct(StringComparer.Ordinal).Select(RunbookRules.Get).ToList();
        using (var writer = new Utf8JsonWriter(buffer, s_indented))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            writer.WriteString("version", "2.1.0");
            writer.WriteStartArray("runs");
            writer.WriteStartObject();
            WriteTool(writer, used, version);
            writer.WriteString("columnKind", "utf16CodeUnits");
            writer.WriteStartObject("originalUriBaseIds");
            writer.WriteStartObject(Root);
            writer.WriteString("uri", new Uri(Path.TrimEndingDirectorySeparator(root) + "/").AbsoluteUri);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartArray("results");
            foreach (var finding in findings)
            {
                WriteResult(writer, finding, used.FindIndex(rule => rule.Id == finding.Rule), root);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteTool(Utf8JsonWriter writer, List<RunbookRule> rules, string version)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "Test-RollbackRunbook");
        writer.WriteString("semanticVersion", version);
        writer.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", rule.Id);

            // What depends on the case stands in the result's message.
            WriteText(writer, "shortDescription", rule.Id.Replace('-', ' '));
            if (Uri.IsWellFormedUriString(rule.Source, UriKind.Absolute))
            {
                writer.WriteString("helpUri", rule.Source);
            }

            writer.WriteStartObject("defaultConfiguration");
            writer.WriteString("level", Level(rule.Severity));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, RunbookFinding finding, int ruleIndex, string root)
    {
        writer.WriteStartObject();
        writer.WriteString("ruleId", finding.Rule);
        writer.WriteNumber("ruleIndex", ruleIndex);
        writer.WriteString("level", Level(finding.Severity));
        WriteText(writer, "message",
            $"{finding.Command}: {finding.Title}. {finding.Does} Instead: {finding.Instead}. ({finding.Versions}; {finding.Source})");
        writer.WriteStartArray("locations");
        writer.WriteStartObject();
        writer.WriteStartObject("physicalLocation");
        writer.WriteStartObject("artifactLocation");
        var relative = Path.GetRelativePath(root, finding.File);
        var isInside = !relative.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(relative);
        writer.WriteString("uri", isInside
            ? string.Join('/', relative.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString))
            : new Uri(finding.File).AbsoluteUri);
        if (isInside)
        {
            writer.WriteString("uriBaseId", Root);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("region");
        writer.WriteNumber("startLine", finding.Line);
        writer.WriteNumber("startColumn", finding.Column);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();

        // The same command in the same file is the same finding, on whatever line it comes to stand.
        writer.WriteStartObject("partialFingerprints");
        writer.WriteString("ruleAndCommand/v1", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Rule}\n{finding.Command}")))[..32]);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject(name);
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }

    private static string Level(RunbookSeverity severity) => severity switch
    {
        RunbookSeverity.Error => "error",
        RunbookSeverity.Warning => "warning",
        _ => "note",
    };
}
