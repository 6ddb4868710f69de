using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace RollbackTools.Help;

/// <summary>External help as Get-Help reads it (MAML).</summary>
internal static class MamlDocument
{
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly XmlWriterSettings s_settings = new()
    {
        Indent = true,
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.Replace,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    /// <summary>The whole file.</summary>
    public static string Of(IReadOnlyList<CommandHelp> commands)
    {
        XNamespace items = "http://msh";
        var root = new XElement(items + "helpItems", new XAttribute("schema", "maml"), commands.Select(Command));
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, s_settings))
        {
            new XDocument(
                new XComment(" Made from the cmdlets' XML comments by build/RollbackTools.Help: change those. "), root)
                .WriteTo(writer);
        }

        return s_settings.Encoding.GetString(stream.ToArray()) + "\n";
    }

    private static XElement Command(CommandHelp command) => new(s_command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", s_maml),
        new XAttribute(XNamespace.Xmlns + "command", s_command),
        new XAttribute(XNamespace.Xmlns + "dev", s_dev),
        new XElement(s_command + "details",
            new XElement(s_command + "name", command.Name),
            new XElement(s_command + "verb", command.Verb),
            new XElement(s_command + "noun", command.Noun),
            Text([command.Synopsis])),
        Text(command.Description),
        new XElement(s_command + "syntax", command.Syntaxes.Select(syntax => new XElement(s_command + "syntaxItem",
            new XElement(s_maml + "name", command.Name),
            syntax.Parameters.Select(use => Parameter(use, isSyntax: true))))),
        new XElement(s_command + "parameters",
            command.Parameters.Select(use => Parameter(use, isSyntax: false))),
        new XElement(s_command + "inputTypes",
            command.Inputs.Select(type => new XElement(s_command + "inputType", TypeText(type)))),
        new XElement(s_command + "returnValues",
            command.Outputs.Select(type => new XElement(s_command + "returnValue", TypeText(type)))),
        new XElement(s_command + "examples", command.Examples.Select(Example)),
        new XElement(s_command + "relatedLinks", command.Related.Select(Link)));

    private static XElement Parameter(ParameterUse use, bool isSyntax)
    {
        var parameter = use.Parameter;
        return new XElement(s_command + "parameter",
            new XAttribute("required", Lower(use.IsRequired)),
            new XAttribute("variableLength", Lower(parameter.IsList)),
            new XAttribute("globbing", Lower(parameter.AcceptsWildcards)),
            new XAttribute("pipelineInput", Pipeline(use)),
            new XAttribute("position", use.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(s_maml + "name", parameter.Name),
            Text(parameter.Description),
            // The syntax shows the values to choose from, and of a switch its name alone.
            isSyntax && parameter.Values.Count > 0
                ? new XElement(s_command + "parameterValueGroup", parameter.Values.Select(value => Value(value, isRequired: false, isList: false)))
                : null,
            isSyntax && parameter.IsSwitch
                ? null
                : Value(parameter.Type, isRequired: !parameter.IsSwitch, parameter.IsList),
            new XElement(s_dev + "type", new XElement(s_maml + "name", parameter.Type), new XElement(s_maml + "uri")),
            new XElement(s_dev + "defaultValue", parameter.Default));
    }

    private static XElement Value(string text, bool isRequired, bool isList) => new(s_command + "parameterValue",
        new XAttribute("required", Lower(isRequired)), new XAttribute("variableLength", Lower(isList)), text);

    private static XElement[] TypeText(TypeHelp type) =>
    [
        new XElement(s_dev + "type", new XElement(s_maml + "name", type.FullName), new XElement(s_maml + "uri")),
        Text([type.Description]),
    ];

    private static XElement Example(ExampleHelp example, int index) => new(s_command + "example",
        new XElement(s_maml + "title", string.Create(CultureInfo.InvariantCulture, $"----- Example {index + 1}: {example.Title} -----")),
        new XElement(s_dev + "code", example.Code),
        // The last, empty paragraph keeps the next example at a distance.
        new XElement(s_dev + "remarks", Paragraphs([.. example.Explanation, Prose.Empty])));

    private static XElement Link(string name) => new(s_maml + "navigationLink",
        new XElement(s_maml + "linkText", name), new XElement(s_maml + "uri"));

    private static XElement Text(IReadOnlyList<Prose> paragraphs) => new(s_maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IReadOnlyList<Prose> paragraphs) =>
        (paragraphs.Count == 0 ? [Prose.Empty] : paragraphs).Select(prose => new XElement(s_maml + "para", prose.ToString()));

    private static string Pipeline(ParameterUse use) => (use.IsByValue, use.IsByPropertyName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static string Lower(bool value) => value ? "true" : "false";
}
