using Microsoft.Extensions.FileSystemGlobbing;

namespace RollbackOps.Adapters.Git;

/// <summary>Tells migrations from other files by the configured patterns (S28).</summary>
internal sealed class MigrationPatterns
{
    private readonly Matcher _matcher = new(StringComparison.Ordinal);

    public MigrationPatterns(IEnumerable<string> patterns) => _matcher.AddIncludePatterns(patterns);

    public bool Match(string file) => _matcher.Match(file).HasMatches;
}
