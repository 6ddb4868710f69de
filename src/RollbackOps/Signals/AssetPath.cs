namespace RollbackOps.Signals;

/// <summary>Tells files of a page from requests of people: a missing file is no sign of trouble by itself (decisions.md §1).</summary>
internal static class AssetPath
{
    private static readonly byte[][] s_endings =
    [
        .. new[] { ".js", ".mjs", ".css", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".txt", ".xml", ".webmanifest" }
            .Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    /// <summary>Whether a path names an asset.</summary>
    public static bool Is(ReadOnlySpan<byte> path)
    {
        foreach (var ending in s_endings)
        {
            if (path.EndsWith(ending))
            {
                return true;
            }
        }

        return false;
    }
}
