using System.Text;
using System.Text.RegularExpressions;

namespace RollbackTools.Help;

/// <summary>A file that is not what would be made.</summary>
/// <param name="Path">Its path below the repository's root.</param>
/// <param name="What">In which way.</param>
internal sealed record HelpDifference(string Path, string What);

/// <summary>The files of the help, by their paths below the repository's root; the same for the same module.</summary>
internal sealed partial class HelpFiles
{
    private const string PageFolder = "docs/en-US";
    private const string MamlPath = "en-US/RollbackTools.dll-Help.xml";
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    private HelpFiles(IReadOnlyList<CommandHelp> commands)
    {
        var markdown = new MarkdownPages(commands);
        _files.Add(MamlPath, MamlDocument.Of(commands));
        _files.Add($"{PageFolder}/README.md", markdown.Index());
        foreach (var command in commands)
        {
            _files.Add($"{PageFolder}/{command.Name}.md", markdown.Page(command));
        }
    }

    /// <summary>The paths, sorted.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <summary>Makes the help of a module.</summary>
    /// <param name="modulePath">The module's assembly, absolute, with its XML documentation beside it.</param>
    public static HelpFiles Of(string modulePath) => new(ModuleReader.Read(modulePath));

    /// <summary>Writes what is not as it should be, and removes the pages of cmdlets that are no more.</summary>
    /// <returns>The paths that changed.</returns>
    public IReadOnlyList<string> Write(string root)
    {
        var differences = Compare(root);
        foreach (var path in differences.Select(difference => difference.Path))
        {
            var full = Path.Combine(root, path);
            if (_files.TryGetValue(path, out var content))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                File.WriteAllText(full, content, s_utf8);
            }
            else
            {
                File.Delete(full);
            }
        }

        return [.. differences.Select(difference => difference.Path)];
    }

    /// <summary>What differs from the files below a root.</summary>
    public IReadOnlyList<HelpDifference> Compare(string root)
    {
        var differences = new List<HelpDifference>();
        foreach (var (path, content) in _files)
        {
            var full = Path.Combine(root, path);
            if (!File.Exists(full))
            {
                differences.Add(new(path, "This generated help is missing"));
            }
            else if (!File.ReadAllBytes(full).AsSpan().SequenceEqual(s_utf8.GetBytes(content)))
            {
                differences.Add(new(path, "This generated help is not what the XML comments say"));
            }
        }

        var pages = Path.Combine(root, PageFolder);
        var present = Directory.Exists(pages) ? Directory.GetFiles(pages, "*.md") : [];
        var orphans = present
            .Select(file => $"{PageFolder}/{Path.GetFileName(file)}")
            .Where(path => CmdletPage().IsMatch(path) && !_files.ContainsKey(path))
            .Order(StringComparer.Ordinal);
        differences.AddRange(orphans.Select(path => new HelpDifference(path, "This help is of no cmdlet")));
        return differences;
    }

    [GeneratedRegex(@"/[A-Z][A-Za-z]+-[A-Z][A-Za-z]+\.md\z")]
    private static partial Regex CmdletPage();
}
