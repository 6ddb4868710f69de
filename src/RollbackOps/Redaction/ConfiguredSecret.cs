using System.Text.RegularExpressions;

namespace RollbackOps.Redaction;

/// <summary>A sort of secret that a configuration's pattern tells of. Every text is looked through for it.</summary>
internal sealed class ConfiguredSecret
{
    /// <summary>How many texts pay for making a program of the pattern, which takes some milliseconds.</summary>
    private const int WorthCompiling = 5_000;

    private readonly string _pattern;
    private Regex _looks;
    private int _texts;

    public ConfiguredSecret(string pattern)
    {
        _pattern = pattern;
        _looks = Made(RegexOptions.None);
    }

    /// <summary>The text with everything that the pattern matches masked.</summary>
    /// <exception cref="RegexMatchTimeoutException">It could not be looked through in time.</exception>
    public string Mask(string text)
    {
        if (_texts < WorthCompiling && Interlocked.Increment(ref _texts) == WorthCompiling)
        {
            _looks = Made(RegexOptions.Compiled);
        }

        return _looks.Replace(text, SecretKind.Masked);
    }

    private Regex Made(RegexOptions options) =>
        new(_pattern, options | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(SecretKind.TimeLimitMilliseconds));
}
