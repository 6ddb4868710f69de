using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using RollbackOps.Configuration;

namespace RollbackOps.Redaction;

/// <summary>
/// Masks secrets in whatever leaves the process (S40): objects, errors and streams of the cmdlets, the journal, notifications,
/// reports and archives. It knows the tokens of well-known services, passwords in addresses and connection strings, headers
/// that authorize, cookies, whatever is named as a secret, every value that a reference was resolved to, and the patterns of
/// the configuration. In doubt it masks; a secret that nothing names and that looks like nothing needs a pattern of its own.
/// </summary>
public sealed class Redactor
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mask = "[redacted]";

    /// <summary>What stands in place of a text that a pattern could not look through in time.</summary>
    internal const string Unreadable = "[redacted: a pattern of redaction.patterns takes too long on this text]";

    /// <summary>Shorter values are words of everyday's use too often.</summary>
    private const int LeastKnown = 6;

    private const string PrivateKeyBegin = "-----BEGIN ";
    private const string PrivateKeyEnd = "-----END ";
    private const string PrivateKey = "PRIVATE KEY";

    private static readonly object s_lock = new();

    // Longest first, so that no part of a longer one is left over.
    private static string[] s_known = [];

    private readonly ConfiguredSecret[] _configured;

    /// <summary>Makes one that also knows a configuration's patterns.</summary>
    /// <param name="settings">The configuration's section.</param>
    internal Redactor(RedactionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _configured = [.. settings.Patterns.Select(pattern => new ConfiguredSecret(pattern))];
    }

    /// <summary>The one for where no configuration is at hand.</summary>
    public static Redactor Default { get; } = new(new RedactionSettings());

    /// <summary>Remembers the value behind a reference: from now on nothing in this process lets it out.</summary>
    /// <param name="secret">The value; what is shorter than six characters is only known by its looks.</param>
    public static void Know(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var parts = secret.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(part => part.Length >= LeastKnown)
            .SelectMany(part => new[] { part, Uri.EscapeDataString(part), JsonEncodedText.Encode(part).ToString() })
            .ToList();
        lock (s_lock)
        {
            if (parts.Except(s_known, StringComparer.Ordinal).Any())
            {
                s_known = [.. s_known.Union(parts, StringComparer.Ordinal).OrderByDescending(part => part.Length)];
            }
        }
    }

    /// <summary>A text without the secrets in it; null is the empty text.</summary>
    public string Redact(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return string.Empty;
        }

        foreach (var known in Volatile.Read(ref s_known))
        {
            if (text.Contains(known, StringComparison.Ordinal))
            {
                text = text.Replace(known, Mask, StringComparison.Ordinal);
            }
        }

        try
        {
            text = MaskKinds(text);
            foreach (var configured in _configured)
            {
                text = configured.Mask(text);
            }

            return text;
        }
        catch (RegexMatchTimeoutException)
        {
            // What could not be looked at may hold anything.
            return Unreadable;
        }
    }

    /// <summary>
    /// Lines of one text without the secrets in them, one for one: of a private key that goes over several lines, each line
    /// is masked.
    /// </summary>
    /// <param name="lines">The lines, without their ends.</param>
    public IEnumerable<string> RedactLines(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var isInKey = false;
        foreach (var line in lines)
        {
            if (isInKey)
            {
                isInKey = !Marks(line, PrivateKeyEnd);
                yield return Mask;
                continue;
            }

            isInKey = Marks(line, PrivateKeyBegin) && !Marks(line, PrivateKeyEnd);
            yield return Redact(line);
        }
    }

    /// <summary>
    /// A document of a type of ours without the secrets in its texts. Names by which things are found again stay, and so does
    /// whatever is no text: it can be read as it was written.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="type">Gives its type; asked for only where something is to be masked.</param>
    internal JsonElement RedactTyped(JsonElement document, Func<JsonTypeInfo> type) =>
        TypedTexts.HoldSecret(document, Redact) ? TypedTexts.Mask(document, type(), Redact) : document;

    /// <summary>Whether what was recorded, masked, is what was told.</summary>
    internal bool IsSame(string? recorded, string? told) => recorded == told || recorded == Redact(told);

    private static string MaskKinds(string text)
    {
        Span<int> signs = stackalloc int[SecretScan.Signs];
        if (!SecretScan.Find(text, signs))
        {
            return text;
        }

        foreach (var kind in SecretKinds.All)
        {
            if (signs[(int)kind.Sign] is >= 0 and var at && kind.Mask(text, at) is var masked && !ReferenceEquals(masked, text))
            {
                text = masked;
                SecretScan.Find(text, signs);
            }
        }

        return text;
    }

    private static bool Marks(string line, string mark) =>
        line.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at
        && line.IndexOf(PrivateKey, at, StringComparison.Ordinal) > 0;
}
