namespace RollbackOps.Configuration;

/// <summary>Gathers what is wrong with a configuration, so that everything is told at once.</summary>
internal sealed class ConfigurationFaults
{
    // More than this helps nobody; the rest is counted.
    private const int MostShown = 25;

    private readonly List<Fault> _faults = [];

    public bool Any => _faults.Count > 0;

    /// <param name="path">The dotted path.</param>
    /// <param name="node">The value at fault, which knows its place.</param>
    /// <param name="message">What is wrong; never the value of a secret.</param>
    public void Add(string path, LocatedNode node, string message) => Add(path, node.Line, node.Column, message);

    public void Add(string path, int? line, int? column, string message, bool isInFile = false)
    {
        // A secret in the wrong place is told once, as a secret.
        if (!_faults.Exists(fault => fault.IsSecret && fault.Path == path && fault.Line == line))
        {
            _faults.Add(new Fault(path, line, column, message, IsSecret: false, isInFile));
        }
    }

    /// <param name="path">The dotted path.</param>
    /// <param name="line">The line, or null for a parameter.</param>
    /// <param name="column">The column, or null for a parameter.</param>
    /// <param name="what">What sort of secret stands there; never the secret.</param>
    /// <param name="remedy">What to write instead.</param>
    public void AddSecret(
        string path, int? line, int? column, string what,
        string remedy = "write a reference, env:NAME or secret:[VAULT/]NAME")
    {
        _faults.RemoveAll(fault => fault.Path == path && fault.Line == line);
        _faults.Add(new Fault(path, line, column, $"{what}; {remedy}", IsSecret: true, IsInFile: false));
    }

    /// <summary>Throws when anything was noted.</summary>
    /// <param name="file">The file, or null where parameters stand alone.</param>
    /// <param name="unreadable">Whether the text is no JSON at all.</param>
    /// <param name="cause">The exception behind it.</param>
    public void ThrowIfAny(string? file, bool unreadable = false, Exception? cause = null)
    {
        if (!Any)
        {
            return;
        }

        var ordered = _faults.OrderBy(fault => fault.Line ?? int.MaxValue).ThenBy(fault => fault.Column).ToList();
        var lines = ordered.Take(MostShown).Select(fault => "  " + fault.Sentence).ToList();
        if (ordered.Count > MostShown)
        {
            lines.Add($"  … and {ordered.Count - MostShown} more");
        }

        var count = ordered.Count == 1 ? "an error" : $"{ordered.Count} errors";
        var subject = file is null ? "The settings given have" : $"The configuration {file} has";
        var secret = ordered.Exists(fault => fault.IsSecret);
        throw new RollbackOpsException(
            secret ? ErrorId.SecretInConfiguration
                : unreadable ? ErrorId.ConfigurationUnreadable : ErrorId.ConfigurationInvalid,
            $"{subject} {count}:\n{string.Join('\n', lines)}",
            secret
                ? "Put each secret into an environment variable or a SecretManagement vault, write env:NAME or "
                    + "secret:[VAULT/]NAME in its place, and replace the secret itself if the file was ever shared."
                : "Correct the places named, then run Get-RollbackConfiguration to see what is in effect.",
            file,
            cause);
    }

    private sealed record Fault(string Path, int? Line, int? Column, string Message, bool IsSecret, bool IsInFile)
    {
        public string Sentence
        {
            get
            {
                var place = Line is null && IsInFile ? "file" : LocatedNode.Place(Line, Column);
                return Path.Length == 0 ? $"{place}: {Inert.Line(Message)}" : $"{place}: {Path}: {Inert.Line(Message)}";
            }
        }
    }
}
