using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RollbackTools.Help;

/// <summary>The XML documentation of the module's assemblies.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    /// <summary>Reads documentation files, absolute; text as it stands, for the code in it.</summary>
    public XmlComments(IEnumerable<string> files)
    {
        foreach (var member in files.SelectMany(file => XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member")))
        {
            _members.TryAdd((string)member.Attribute("name")!, member);
        }
    }

    /// <summary>The comment of a type, or null.</summary>
    public XElement? Of(Type type) => _members.GetValueOrDefault("T:" + NameOf(type));

    /// <summary>The comment of a property, looked up where it is declared, or null.</summary>
    public XElement? Of(PropertyInfo property) =>
        _members.GetValueOrDefault($"P:{NameOf(property.DeclaringType!)}.{property.Name}");

    /// <summary>The comment of an enumeration's value, or null.</summary>
    public XElement? Of(Type enumeration, string value) =>
        _members.GetValueOrDefault($"F:{NameOf(enumeration)}.{value}");

    /// <summary>The summary of a member in one paragraph.</summary>
    public static Prose Summary(XElement? member) => member?.Element("summary") is { } summary ? ProseOf(summary) : Prose.Empty;

    /// <summary>The paragraphs of an element: its paras and the items of its lists, or else its own text.</summary>
    public static IReadOnlyList<Prose> Paragraphs(XElement? element)
    {
        if (element is null)
        {
            return [];
        }

        var parts = element.Elements().Where(part => part.Name.LocalName is "para" or "list").ToList();
        return parts.Count == 0
            ? [ProseOf(element)]
            : [.. parts.SelectMany(part => part.Name.LocalName == "para" ? [ProseOf(part)] : part.Elements("item").Select(Item))];
    }

    /// <summary>An item of a list: what it is of, and what is said of it.</summary>
    public static Prose Item(string term, Prose description) =>
        new([new ProseSpan(term, IsCode: true), new ProseSpan(": ", IsCode: false), .. description.Spans]) { IsItem = true };

    /// <summary>The text of an element in one paragraph, its white space folded.</summary>
    public static Prose ProseOf(XElement element)
    {
        var spans = new List<ProseSpan>();
        foreach (var node in element.Nodes())
        {
            var (text, isCode) = node switch
            {
                XElement { Name.LocalName: "see" or "seealso" } see => (TextOf(see), true),
                XElement { Name.LocalName: "paramref" or "typeparamref" } reference => ((string)reference.Attribute("name")!, true),
                XElement { Name.LocalName: "c" } code => (code.Value, true),
                XElement other => (other.Value, false),
                XText plain => (plain.Value, false),
                _ => (string.Empty, false),
            };
            // The numbers of rules are for those who work on the module.
            var said = isCode ? text : RuleNumber().Replace(text, string.Empty);
            spans.Add(new ProseSpan(WhiteSpace().Replace(said, " "), isCode));
        }

        if (spans.Count > 0)
        {
            spans[0] = spans[0] with { Text = spans[0].Text.TrimStart() };
            spans[^1] = spans[^1] with { Text = spans[^1].Text.TrimEnd() };
        }

        return new Prose([.. spans.Where(span => span.Text.Length > 0)]);
    }

    /// <summary>The code of an element, without the indentation that the comment gave it.</summary>
    public static string CodeOf(XElement element)
    {
        var lines = element.Value.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n').TrimEnd().Split('\n');
        var margin = lines.Where(line => line.Trim().Length > 0)
            .Select(line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0)
            .Min();
        return string.Join('\n', lines.Select(line => line.Length > margin ? line[margin..].TrimEnd() : string.Empty));
    }

    /// <summary>The member that an element refers to (T:…), or null.</summary>
    public static string? ReferenceOf(XElement element) => (string?)element.Attribute("cref");

    /// <summary>The documentation id of a type.</summary>
    public static string IdOf(Type type) => "T:" + NameOf(type);

    private static Prose Item(XElement item) =>
        Item(ProseOf(item.Element("term")!).ToString(), ProseOf(item.Element("description")!));

    private static string TextOf(XElement see) => see.Value.Length > 0
        ? see.Value
        : (string?)see.Attribute("langword") ?? ReferenceOf(see)!.Split('(')[0].Split('.', ':')[^1];

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    [GeneratedRegex(@"\s*\((?:S\d+|decisions\.md §\d+|cmdlets\.md)(?:, (?:S\d+|decisions\.md §\d+|[A-Z]\w+))*\)")]
    private static partial Regex RuleNumber();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
