using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Functions.Http;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Reads YAML, event by event, as far as it says what JSON can say: one document of mappings with strings as keys,
/// sequences, and scalars of the core schema. Anchors, aliases, merge keys and tags are refused where they stand, so nothing
/// grows beyond what was sent.
/// </summary>
internal sealed class YamlText
{
    private readonly Parser _parser;
    private readonly Errors _errors;
    private readonly Positions _positions = new();
    private int _nodes;

    private YamlText(TextReader text, Errors errors) => (_parser, _errors) = (new(text), errors);

    /// <exception cref="UnreadableException">It is not YAML, or too deep or too large.</exception>
    public static SourceDocument Read(ReadOnlyMemory<byte> utf8, Errors errors)
    {
        var text = Encoding.UTF8.GetString(utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8.Span[3..] : utf8.Span);
        try
        {
            return new YamlText(new StringReader(text), errors).ReadDocument();
        }
        catch (YamlException e)
        {
            throw new UnreadableException(e.Message, At(e.Start), e);
        }
    }

    private SourceDocument ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            _errors.Add("", "empty", "The document is empty.");
        }
        else
        {
            Next<DocumentStart>();
            _positions.Begin(At(_parser.Current!.Start));
            var root = ReadValue(Positions.Root, 0);
            Next<DocumentEnd>();
            if (_parser.Current is DocumentStart second)
            {
                throw new UnreadableException("It holds a second document: send one at a time.", At(second.Start));
            }

            return new(JsonSerializer.SerializeToElement(root, DocumentJson.Default.JsonNode), _positions);
        }

        return new(JsonElement.Parse("null"), _positions);
    }

    private JsonNode? ReadValue(int part, int depth)
    {
        var current = _parser.Current!;
        if (++_nodes > SourceDocument.MaxNodes)
        {
            throw new UnreadableException($"It holds more than {SourceDocument.MaxNodes} values.", At(current.Start));
        }

        if (depth >= SourceDocument.MaxDepth && current is MappingStart or SequenceStart)
        {
            throw new UnreadableException($"It goes deeper than {SourceDocument.MaxDepth} levels.", At(current.Start));
        }

        if (current is NodeEvent node)
        {
            CheckProperties(node, part);
        }

        switch (current)
        {
            case MappingStart:
                return ReadMapping(part, depth);
            case SequenceStart:
                return ReadSequence(part, depth);
            case Scalar scalar:
                _parser.MoveNext();
                return ReadScalar(scalar, part);
            default:
                Refuse(part, "alias", "Aliases are not taken: write it out.");
                _parser.MoveNext();
                return null;
        }
    }

    private JsonObject ReadMapping(int part, int depth)
    {
        var members = new JsonObject();
        for (Next<MappingStart>(); _parser.Current is not MappingEnd;)
        {
            var start = At(_parser.Current!.Start);
            if (ReadKey(part, depth) is not var (name, here))
            {
                ReadValue(part, depth + 1);
                continue;
            }

            var isDouble = members.ContainsKey(name);
            var value = ReadValue(here, depth + 1);
            if (isDouble)
            {
                Refuse(
                    here,
                    "duplicate_member",
                    $"The member '{Text.Shorten(name)}' is there twice, again in line {start.Line}.");
            }
            else
            {
                members.Add(name, value);
            }
        }

        Next<MappingEnd>();
        return members;
    }

    private (string Name, int Part)? ReadKey(int part, int depth)
    {
        if (_parser.Current is not Scalar key)
        {
            Refuse(part, "invalid_key", $"In line {_parser.Current!.Start.Line} a key is not a string.");
            ReadValue(part, depth + 1);
            return null;
        }

        _parser.MoveNext();
        var here = _positions.AddMember(part, key.Value, At(key.Start));
        CheckProperties(key, here);
        if (key.Style == ScalarStyle.Plain && key.Value == "<<")
        {
            Refuse(here, "merge_key", "Merge keys are not taken: write it out.");
        }
        else if (key.Style == ScalarStyle.Plain && !CoreSchema.IsString(key.Value))
        {
            Refuse(here, "invalid_key", "A key needs to be a string: put it into quotes.");
        }

        return (key.Value, here);
    }

    private JsonArray ReadSequence(int part, int depth)
    {
        var items = new JsonArray();
        for (Next<SequenceStart>(); _parser.Current is not SequenceEnd;)
        {
            items.Add(ReadValue(_positions.AddItem(part, items.Count, At(_parser.Current!.Start)), depth + 1));
        }

        Next<SequenceEnd>();
        return items;
    }

    private JsonNode? ReadScalar(Scalar scalar, int part)
    {
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(scalar.Value);
        }

        if (!CoreSchema.TryResolve(scalar.Value, out var value))
        {
            Refuse(part, "not_json", "JSON has no such number: put it into quotes if it is a text.");
        }

        return value;
    }

    private void CheckProperties(NodeEvent node, int part)
    {
        if (!node.Anchor.IsEmpty)
        {
            Refuse(part, "anchor", "Anchors are not taken: write out what shall be there twice.");
        }

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            Refuse(part, "tag", "Tags are not taken: a value has the type that it looks like.");
        }
    }

    private void Refuse(int part, string code, string message) => _positions.Refuse(part, code, message, _errors);

    private void Next<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        if (_parser.Current is not T)
        {
            throw new InvalidOperationException($"The parser gave {_parser.Current} where {typeof(T).Name} has to be.");
        }

        _parser.MoveNext();
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
