using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace RollbackTools.Help;

/// <summary>Reads one cmdlet.</summary>
internal sealed class CommandReader
{
    private readonly XmlComments _comments;
    private readonly string _name;
    private readonly Type _type;
    private readonly IReadOnlyDictionary<string, string> _cmdlets;
    private readonly XElement _comment;

    /// <summary>Prepares to read.</summary>
    /// <param name="comments">The comments.</param>
    /// <param name="name">The cmdlet's name.</param>
    /// <param name="type">Its class.</param>
    /// <param name="cmdlets">The names of all cmdlets by the documentation ids of their classes.</param>
    public CommandReader(
        XmlComments comments, string name, Type type, IReadOnlyDictionary<string, string> cmdlets)
    {
        _comments = comments;
        _name = name;
        _type = type;
        _cmdlets = cmdlets;
        _comment = comments.Of(type) ?? throw new InvalidDataException($"{type} has no comment.");
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">A comment is missing or refers to nothing.</exception>
    public CommandHelp Read()
    {
        var cmdlet = _type.GetCustomAttribute<CmdletAttribute>()!;
        var (parameters, syntaxes) = new ParameterReader(_comments, _name, _type).Read();
        return new CommandHelp
        {
            Name = _name,
            Verb = cmdlet.VerbName,
            Noun = cmdlet.NounName,
            Synopsis = XmlComments.Summary(_comment),
            Description = XmlComments.Paragraphs(_comment.Element("remarks")),
            Syntaxes = syntaxes,
            Parameters = parameters,
            Inputs = Inputs(parameters),
            Outputs = Outputs(),
            Examples = [.. _comment.Elements("example").Select(Example)],
            Related = [.. Related().Where(name => name != _name).Distinct()],
        };
    }

    /// <summary>An example: its first paragraph is the title, those after the code explain it.</summary>
    private ExampleHelp Example(XElement example)
    {
        var paragraphs = XmlComments.Paragraphs(example);
        var code = example.Element("code") ?? throw new InvalidDataException($"An example of {_name} has no code.");
        return new ExampleHelp(paragraphs[0].ToString().TrimEnd('.'), XmlComments.CodeOf(code), [.. paragraphs.Skip(1)]);
    }

    /// <summary>The types that the comments of the pipeline's parameters refer to.</summary>
    private List<TypeHelp> Inputs(IReadOnlyList<ParameterUse> parameters)
    {
        var inputs = new List<TypeHelp>();
        foreach (var use in parameters.Where(use => use.IsByValue))
        {
            var property = _type.GetProperty(use.Parameter.Name)!;
            var references = _comments.Of(property)!.Descendants("see").Select(XmlComments.ReferenceOf).OfType<string>().Distinct();
            // What the library's own types are for is said where they are taken.
            inputs.AddRange(references.Select(reference => reference.StartsWith("T:System.", StringComparison.Ordinal)
                ? new TypeHelp(reference[2..], XmlComments.Summary(_comments.Of(property)))
                : Described(Referred(reference))));
        }

        var byName = parameters.Where(use => use.IsByPropertyName).Select(use => use.Parameter.Name).ToList();
        if (byName.Count > 0)
        {
            inputs.Add(new TypeHelp("System.Management.Automation.PSObject",
                Prose.Of($"Any object; its properties {string.Join(" and ", byName)}, where it has them, are the parameters of these names.")));
        }

        return inputs.Count > 0 ? inputs : [new TypeHelp("None", Prose.Of("This cmdlet takes nothing from the pipeline."))];
    }

    private TypeHelp Described(Type type) => new(type.FullName!, XmlComments.Summary(_comments.Of(type)));

    /// <summary>The declared types; what a reference in the class's comment says of one stands before its own summary.</summary>
    private List<TypeHelp> Outputs()
    {
        var said = _comment.Elements("seealso")
            .Where(reference => reference.Value.Length > 0)
            .ToDictionary(reference => XmlComments.ReferenceOf(reference)!, XmlComments.ProseOf);
        return
        [
            .. _type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(attribute => attribute.Type)
                .Select(output => output.Type)
                .Select(type => new TypeHelp(type.FullName!,
                    said.GetValueOrDefault(XmlComments.IdOf(type)) ?? XmlComments.Summary(_comments.Of(type)))),
        ];
    }

    /// <summary>The cmdlets that the comment refers to, then those with the same noun.</summary>
    private IEnumerable<string> Related() => _comment.Elements("seealso")
        .Select(XmlComments.ReferenceOf)
        .Select(reference => _cmdlets.GetValueOrDefault(reference!))
        .OfType<string>()
        .Concat(_cmdlets.Values
            .Where(name => name.Split('-')[1] == _name.Split('-')[1])
            .Order(StringComparer.Ordinal));

    private Type Referred(string reference) =>
        AllTypes().FirstOrDefault(type => XmlComments.IdOf(type) == reference)
        ?? throw new InvalidDataException($"{_name} refers to {reference}, which is no type of the module.");

    private IEnumerable<Type> AllTypes() => _type.Assembly.GetTypes()
        .Concat(_type.GetCustomAttributes<OutputTypeAttribute>()
            .SelectMany(attribute => attribute.Type)
            .Select(output => output.Type.Assembly)
            .Distinct()
            .SelectMany(assembly => assembly.GetTypes()));
}
