using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace RollbackTools.Shell.Hosting;

/// <summary>Asks for values, such as a cmdlet's mandatory parameters.</summary>
internal sealed class FieldQuestion(Questions questions, PSHostUserInterface ui)
{
    /// <summary>Asks for each of the fields.</summary>
    /// <returns>The values by field name.</returns>
    public Dictionary<string, PSObject> Ask(
        string? caption, string? message, Collection<FieldDescription> descriptions)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        using var question = questions.Begin(caption, message);
        var values = new Dictionary<string, PSObject>();
        foreach (var field in descriptions)
        {
            values[field.Name] = PSObject.AsPSObject(Value(field));
        }

        return values;
    }

    private object Value(FieldDescription field)
    {
        // A type that is not loaded is asked for as text; the binder converts it or says why not.
        var type = Type.GetType(field.ParameterAssemblyFullName)
            ?? (LanguagePrimitives.TryConvertTo<Type>(field.ParameterTypeFullName, out var known) ? known : null)
            ?? typeof(string);
        if (type == typeof(string) || !typeof(IList).IsAssignableFrom(type))
        {
            return Item(field, $"{field.Name}: ", type)!;
        }

        var element = type.GetElementType() ?? typeof(object);
        var items = new ArrayList();
        while (Item(field, string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{items.Count}]: "), element)
               is var item and not "")
        {
            items.Add(item);
        }

        return LanguagePrimitives.ConvertTo(items, type, CultureInfo.InvariantCulture);
    }

    private object? Item(FieldDescription field, string prompt, Type type)
    {
        if (type == typeof(PSCredential))
        {
            return ui.PromptForCredential(caption: "", field.Name, userName: "", targetName: "");
        }

        while (true)
        {
            questions.Write(prompt);
            if (type == typeof(SecureString))
            {
                return questions.ReadSecureLine();
            }

            var answer = questions.ReadLine();
            if (answer == "!?")
            {
                var help = string.IsNullOrEmpty(field.HelpMessage) ? "There is no help." : field.HelpMessage;
                questions.Write(help + "\n");
            }
            else if (answer.Length == 0 || type == typeof(object))
            {
                return answer;
            }
            else if (LanguagePrimitives.TryConvertTo(answer, type, CultureInfo.InvariantCulture, out var value))
            {
                return value;
            }
            else
            {
                questions.Write($"'{answer}' is not a value of type {type.Name}.\n");
            }
        }
    }
}
