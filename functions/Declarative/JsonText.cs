using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>Reads JSON into the same as <see cref="YamlText"/> does, under the same bounds.</summary>
internal ref struct JsonText
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly Errors _errors;
    private readonly Positions _positions = new();
    private Utf8JsonReader _reader;
    private int _nodes;
    private int _seen;
    private Position _position = new(1, 1);

    private JsonText(ReadOnlySpan<byte> text, Errors errors)
    {
        _text = text;
        _errors = errors;
        _reader = new(text, new JsonReaderOptions { MaxDepth = SourceDocument.MaxDepth });
    }

    /// <exception cref="UnreadableException">It is not JSON, or too deep or too large.</exception>
    public static SourceDocument Read(ReadOnlyMemory<byte> utf8, Errors errors)
    {
        var text = new JsonText(utf8.Span, errors);
        try
        {
            text._reader.Read();
            text._positions.Begin(text.At(text._reader.TokenStartIndex));
            var root = text.ReadValue(Positions.Root);
            text._reader.Read();
            return new(JsonSerializer.SerializeToElement(root, DocumentJson.Default.JsonNode), text._positions);
        }
        catch (JsonException e)
        {
            throw new UnreadableException("It breaks off or goes wrong.", text.At(text._reader.BytesConsumed), e);
        }
        catch (InvalidOperationException e)
        {
            // Of a well-formed document, there is no other.
            throw new UnreadableException("A string in it holds half a surrogate pair.", text._position, e);
        }
    }

    private JsonNode? ReadValue(int part)
    {
        if (++_nodes > SourceDocument.MaxNodes)
        {
            throw new UnreadableException(
                $"It holds more than {SourceDocument.MaxNodes} values.",
                At(_reader.TokenStartIndex));
        }

        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(part),
            JsonTokenType.StartArray => ReadArray(part),
            JsonTokenType.String => JsonValue.Create(_reader.GetString()),
            JsonTokenType.Null => null,
            _ => JsonSerializer.SerializeToNode(JsonElement.ParseValue(ref _reader), FreeJson.Default.JsonElement),
        };
    }

    private JsonObject ReadObject(int part)
    {
        var members = new JsonObject();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var start = At(_reader.TokenStartIndex);
            var name = _reader.GetString()!;
            var here = _positions.AddMember(part, name, start);
            _reader.Read();
            var value = ReadValue(here);
            if (!members.TryAdd(name, value))
            {
                _positions.Refuse(
                    here,
                    "duplicate_member",
                    $"The member '{Text.Shorten(name)}' is there twice, again in line {start.Line}.",
                    _errors);
            }
        }

        return members;
    }

    private JsonArray ReadArray(int part)
    {
        var items = new JsonArray();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(_positions.AddItem(part, items.Count, At(_reader.TokenStartIndex))));
        }

        return items;
    }

    // Only ever asked for places further on, so the text is gone through once.
    private Position At(long offset)
    {
        for (; _seen < offset; _seen++)
        {
            _position = _text[_seen] switch
            {
                (byte)'\n' => new(_position.Line + 1, 1),

                // A character of several bytes counts with its first.
                >= 0x80 and < 0xC0 => _position,
                _ => _position with { Column = _position.Column + 1 },
            };
        }

        return _position;
    }
}
